//! Diagnostics: what is wrong with a file, where, and what to try.

use core_monitor_message::Message;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A position in a source file.
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

/// How serious a diagnostic or finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; used by the lint only.
    Info,
    /// It works but may not be intended.
    Warning,
    /// For a diagnostic: the project is rejected. For a finding: starting the stack fails, or anyone has access.
    Error,
}

impl Severity {
    /// Every severity, from mild to serious.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The name shown to people and programs.
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
        /// Stable code of a kind of problem; programs may match on its text.
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
    /// A key occurs twice in one mapping.
    DuplicateKey = "duplicate-key",
    /// A key is not a string.
    InvalidKey = "invalid-key",
    /// An alias without an anchor, or inside its own anchor.
    InvalidAlias = "invalid-alias",
    /// `<<` with something other than mappings.
    InvalidMerge = "invalid-merge",
    /// One of the `Limits` is exceeded.
    LimitExceeded = "limit-exceeded",
    /// A file is not among the project files.
    MissingFile = "missing-file",
    /// A path points outside the project folder.
    ForbiddenPath = "forbidden-path",
    /// An env file cannot be read.
    InvalidEnvFile = "invalid-env-file",
    /// The syntax after `$` is invalid.
    InvalidInterpolation = "invalid-interpolation",
    /// The variable of a `${NAME:?}` has no value.
    RequiredVariable = "required-variable",
    /// A variable is not set.
    UnsetVariable = "unset-variable",
    /// An unknown key.
    UnknownKey = "unknown-key",
    /// An unsupported attribute that the project depends on, so the project is rejected.
    Unsupported = "unsupported",
    /// An attribute that is accepted but has no effect.
    NotApplied = "not-applied",
    /// A value has the wrong type.
    InvalidType = "invalid-type",
    /// A value has the right type but invalid content.
    InvalidValue = "invalid-value",
    /// A required key is missing.
    MissingKey = "missing-key",
    /// An item occurs twice in a list.
    DuplicateItem = "duplicate-item",
    /// A name breaks the naming rules.
    InvalidName = "invalid-name",
    /// A name refers to something undefined.
    UndefinedReference = "undefined-reference",
    /// Two values contradict each other.
    Conflict = "conflict",
    /// Services depend on each other in a cycle.
    DependencyCycle = "dependency-cycle",
    /// Services extend each other in a cycle.
    ExtendsCycle = "extends-cycle",
    /// Files include each other in a cycle.
    IncludeCycle = "include-cycle",
    /// The project defines no services.
    EmptyProject = "empty-project",
    /// Accepted for compatibility and ignored.
    Obsolete = "obsolete",
    /// The policy of the installation does not allow it to whoever asks. Only Core Monitor knows this, not the loader.
    RefusedByPolicy = "refused-by-policy",
    /// A secret of the installation does not exist, or is not for the stack. Only Core Monitor knows this, not the loader.
    SecretUnavailable = "secret-unavailable",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code of the kind of problem.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One lower-case sentence without a full stop. Never contains a value of `environment`, a label or an env file.
    pub message: Message,
    /// What is expected instead, such as `a boolean`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Message>,
    /// What to try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Message>,
    /// Where it is; absent if it has no position in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

impl fmt::Display for Diagnostic {
    /// `file:line:column: message (hint)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(span) = &self.span {
            write!(f, "{span}: ")?;
        }
        self.message.fmt(f)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}
