//! What is wrong with a file, where, and what to try.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Path of the file, as the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters; 1 when only the start is known.
    pub length: u32,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// How serious something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; only the lint has it.
    Info,
    /// It works, and may not be what is wanted.
    Warning,
    /// A diagnostic: the project is refused. A finding: it fails when it is brought up, or is open to anybody.
    Error,
}

impl Severity {
    /// The word people and programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Stable name of a kind of problem; programs may match on its text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Code {
            /// Every code, for tables and documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable text.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The bytes are not UTF-8.
    Encoding = "encoding",
    /// The text is not YAML.
    Syntax = "yaml-syntax",
    /// A key stands twice in one mapping.
    DuplicateKey = "duplicate-key",
    /// A key is not a string.
    InvalidKey = "invalid-key",
    /// An alias without an anchor, or inside its own anchor.
    InvalidAlias = "invalid-alias",
    /// `<<` with something other than mappings.
    InvalidMerge = "invalid-merge",
    /// A cap of `Limits` is exceeded.
    LimitExceeded = "limit-exceeded",
    /// A file is missing from the given files.
    MissingFile = "missing-file",
    /// A path points outside the project folder.
    ForbiddenPath = "forbidden-path",
    /// An env file cannot be read.
    InvalidEnvFile = "invalid-env-file",
    /// `${` is written wrongly.
    InvalidInterpolation = "invalid-interpolation",
    /// A `${NAME:?}` has no value.
    RequiredVariable = "required-variable",
    /// A variable is not set.
    UnsetVariable = "unset-variable",
    /// A key the language does not know.
    UnknownKey = "unknown-key",
    /// A part of the language that cannot be carried out here, so the project is refused.
    Unsupported = "unsupported",
    /// A part of the language that is read and has no effect here.
    NotApplied = "not-applied",
    /// A value has the wrong type.
    InvalidType = "invalid-type",
    /// A value has the right type and a wrong content.
    InvalidValue = "invalid-value",
    /// A key that must be there is not.
    MissingKey = "missing-key",
    /// An item stands twice in a list.
    DuplicateItem = "duplicate-item",
    /// A name does not follow the rules for names.
    InvalidName = "invalid-name",
    /// A name refers to nothing.
    UndefinedReference = "undefined-reference",
    /// Two values exclude each other.
    Conflict = "conflict",
    /// Services wait for each other in a circle.
    DependencyCycle = "dependency-cycle",
    /// Services extend each other in a circle.
    ExtendsCycle = "extends-cycle",
    /// Files include each other in a circle.
    IncludeCycle = "include-cycle",
    /// Nothing to run.
    EmptyProject = "empty-project",
    /// Accepted for compatibility and ignored.
    Obsolete = "obsolete",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable name of the kind of problem.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One lower-case sentence without a full stop. Never holds a value of `environment`, a label or an env file.
    pub message: String,
    /// What should stand there instead, such as `a boolean`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What to try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Where; absent when it concerns no place in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

impl fmt::Display for Diagnostic {
    /// `file:line:column: message (hint)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(span) = &self.span {
            write!(f, "{span}: ")?;
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}
