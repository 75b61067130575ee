//! How bad it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad it is, from bad to worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertSeverity {
    /// Something is going wrong; what runs goes on.
    Warning,
    /// Something does not work.
    Critical,
}

impl AlertSeverity {
    /// Every severity.
    pub const ALL: [Self; 2] = [Self::Warning, Self::Critical];

    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for AlertSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
