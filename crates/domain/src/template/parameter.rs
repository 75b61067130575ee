//! What can be chosen for an instance.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Braced, Pattern, PortRange};
use crate::secret_variable::{SecretName, is_variable_name};

/// The name of a parameter: that of the variable of the compose file that has its value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParameterName(Arc<str>);

/// Text that cannot be the name of a parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not a name of letters, digits and underscores that starts with a letter or an underscore")]
pub struct ParameterNameError;

impl ParameterName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The secret variable of a parameter that is one.
    pub fn secret(&self) -> Option<SecretName> {
        self.0.parse().ok()
    }
}

impl FromStr for ParameterName {
    type Err = ParameterNameError;

    fn from_str(text: &str) -> Result<Self, ParameterNameError> {
        if is_variable_name(text) { Ok(Self(text.into())) } else { Err(ParameterNameError) }
    }
}

impl TryFrom<String> for ParameterName {
    type Error = ParameterNameError;

    fn try_from(text: String) -> Result<Self, ParameterNameError> {
        text.parse()
    }
}

impl From<ParameterName> for String {
    fn from(name: ParameterName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl fmt::Display for ParameterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A parameter of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: ParameterName,
    /// What a form calls it, in the words of the template's author.
    pub label: Option<String>,
    /// What it is for.
    pub help: Option<String>,
    /// It may have no value; its variable is empty then.
    pub optional: bool,
    /// What it takes.
    pub kind: ParameterKind,
}

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ParameterKind {
    /// A text.
    String {
        /// The value if none is given.
        default: Option<String>,
        /// What it must match.
        pattern: Option<Pattern>,
        /// A value to check the template with, and to show in a form.
        example: Option<String>,
    },
    /// A whole number.
    Int {
        /// The value if none is given.
        default: Option<i64>,
        /// The least.
        min: Option<i64>,
        /// The most.
        max: Option<i64>,
    },
    /// Yes or no.
    Bool {
        /// The value if none is given.
        default: bool,
    },
    /// One of several words.
    Enum {
        /// The value if none is given; the first word if there is none either.
        default: Option<String>,
        /// The words, at least one.
        values: Vec<String>,
    },
    /// A text that is kept as a secret variable.
    Secret {
        /// How many characters are generated if none is given, from 8 to 1024; it has to be given if `None`.
        generate: Option<u16>,
    },
    /// A folder of the host, below a root that the operator allows.
    Folder {
        /// The name of the root.
        root: String,
        /// The path below it if none is given.
        path: Option<Braced>,
    },
    /// A file of the host, below a root that the operator allows.
    File {
        /// The name of the root.
        root: String,
        /// The path below it if none is given.
        path: Option<Braced>,
    },
    /// A port of the host, which each instance has for itself.
    HostPort {
        /// Where it is from.
        range: PortRange,
    },
    /// A host that requests name.
    Host {
        /// What it is if none is given.
        pattern: Option<Braced>,
    },
}

impl ParameterKind {
    /// Every type, as it is written.
    pub const TYPES: [&'static str; 9] =
        ["string", "int", "bool", "enum", "secret", "folder", "file", "host_port", "host"];

    /// The type as it is written.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::String { .. } => "string",
            Self::Int { .. } => "int",
            Self::Bool { .. } => "bool",
            Self::Enum { .. } => "enum",
            Self::Secret { .. } => "secret",
            Self::Folder { .. } => "folder",
            Self::File { .. } => "file",
            Self::HostPort { .. } => "host_port",
            Self::Host { .. } => "host",
        }
    }
}
