//! What becomes of a stack when a command that applies a version fails.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a failed APPLY or ROLLBACK does to the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnFailure {
    /// Leave it as it is, `FAILED`, and block the queue until a person decides.
    #[default]
    Hold,
    /// Converge back to the previous release and end `CANCELLED` with the failure kept.
    Rollback,
    /// Leave it as it is and end `CANCELLED` with the failure kept, so that nothing waits for a person. For stacks of which
    /// there are many, and whose failures are nobody else's business.
    Continue,
}

impl OnFailure {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Hold, Self::Rollback, Self::Continue];

    /// The word in requests and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Rollback => "rollback",
            Self::Continue => "continue",
        }
    }
}

impl fmt::Display for OnFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not such a word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("none of `hold`, `rollback` and `continue`")]
pub struct OnFailureError;

impl FromStr for OnFailure {
    type Err = OnFailureError;

    fn from_str(word: &str) -> Result<Self, OnFailureError> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == word).ok_or(OnFailureError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_parses_its_own_word() {
        for choice in OnFailure::ALL {
            assert_eq!(choice.as_str().parse(), Ok(choice));
            assert_eq!(serde_json::to_value(choice).unwrap(), choice.as_str());
        }
        assert_eq!("explode".parse::<OnFailure>(), Err(OnFailureError));
    }
}
