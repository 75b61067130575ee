//! The value of a secret variable.

use std::fmt;
use std::sync::Arc;

use crate::named_secret::NamedSecret;

/// Longest value in bytes: enough for a certificate chain, and less than what a process accepts as one variable.
const LONGEST: usize = 64 << 10;

/// The value of a secret variable. It has no serialized form, and its `Debug` output does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretValue(pub(super) Arc<str>);

/// A text that cannot be a secret value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretValueError {
    /// Nothing to keep secret.
    #[error("it is empty")]
    Empty,
    /// A program cannot receive it.
    #[error("it contains a NUL character")]
    Nul,
    /// Too long.
    #[error("it is too long")]
    TooLong,
}

impl SecretValue {
    /// Maximum size in bytes.
    pub const LONGEST: usize = LONGEST;

    /// Checks `text`.
    pub fn new(text: impl Into<Arc<str>>) -> Result<Self, SecretValueError> {
        Self::checked(text.into(), LONGEST)
    }

    /// Checks `text` as the value of a named secret, which is longer since it may be a file.
    pub fn of_named(text: impl Into<Arc<str>>) -> Result<Self, SecretValueError> {
        Self::checked(text.into(), NamedSecret::LONGEST_VALUE)
    }

    fn checked(text: Arc<str>, longest: usize) -> Result<Self, SecretValueError> {
        if text.is_empty() {
            return Err(SecretValueError::Empty);
        }
        if text.contains('\0') {
            return Err(SecretValueError::Nul);
        }
        if text.len() > longest {
            return Err(SecretValueError::TooLong);
        }
        Ok(Self(text))
    }

    /// The text, for the few places that need it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValue(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_something_a_program_can_receive_and_is_not_printed() {
        let value = |text: &str| SecretValue::new(text);
        assert_eq!(value("").unwrap_err(), SecretValueError::Empty);
        assert_eq!(value("a\0b").unwrap_err(), SecretValueError::Nul);
        assert_eq!(value(&"x".repeat(LONGEST + 1)).unwrap_err(), SecretValueError::TooLong);
        assert_eq!(format!("{:?}", value("canary").unwrap()), "SecretValue(hidden)");
        let named = |length: usize| SecretValue::of_named("x".repeat(length)).map(drop);
        assert_eq!(named(NamedSecret::LONGEST_VALUE), Ok(()));
        assert_eq!(named(NamedSecret::LONGEST_VALUE + 1), Err(SecretValueError::TooLong));
    }
}
