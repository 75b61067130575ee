//! Variables of a version whose values are never shown again.
//!
//! A definition is loaded with a [marker](SecretRef::marker) in place of each secret value. Models, plans, effects and
//! events therefore contain markers only; the value itself is sealed in the store, and is put in place of its marker in the
//! request to the engine and nowhere else. A marker contains a keyed fingerprint of the value, so that a new value changes
//! the hash of a container's definition like any other change.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ids::{StackId, VersionNumber};
use crate::keyed_hash::keyed_hash;
use crate::named_secret::NamedSecretName;

mod change;
mod generate;
mod marker;
mod opened;
mod redactor;
mod value;

pub use change::SecretChange;
pub use generate::{Alphabet, Recipe, RecipeError};
pub use marker::{SecretRef, is_marked, masked};
pub(crate) use marker::{references, replaced};
pub use opened::{OpenedSecrets, UnopenedSecret};
pub(crate) use redactor::REDACTED;
pub use redactor::Redactor;
pub use value::{SecretValue, SecretValueError};

/// Name of a secret variable: letters, digits and underscores, as `${NAME}` requires.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SecretName(Arc<str>);

/// Longest name.
const LONGEST_NAME: usize = 200;

/// Text that cannot be the name of a secret variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not a name of letters, digits and underscores that starts with a letter or an underscore")]
pub struct SecretNameError;

/// Whether `${text}` can stand for a variable.
pub(crate) fn is_variable_name(text: &str) -> bool {
    let start = text.bytes().next().is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic());
    let rest = text.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    start && rest && text.len() <= LONGEST_NAME
}

/// What the name of a named secret in a marker begins with. No variable is called like that.
const NAMED: &str = "secret/";

impl SecretName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for a named secret in a marker.
    pub(crate) fn of_named(name: &NamedSecretName) -> Self {
        Self(format!("{NAMED}{name}").into())
    }

    /// The named secret that it stands for; `None` if it is a variable.
    pub fn as_named(&self) -> Option<NamedSecretName> {
        self.0.strip_prefix(NAMED)?.parse().ok()
    }

    /// The name in a marker.
    fn in_marker(text: &str) -> Option<Self> {
        let name = Self(text.into());
        if is_variable_name(text) || name.as_named().is_some() { Some(name) } else { None }
    }

    /// What it is, in an error.
    fn described(&self) -> String {
        match self.as_named() {
            Some(name) => format!("the secret `{name}`"),
            None => format!("the secret variable `{self}`"),
        }
    }
}

impl FromStr for SecretName {
    type Err = SecretNameError;

    fn from_str(text: &str) -> Result<Self, SecretNameError> {
        if is_variable_name(text) { Ok(Self(text.into())) } else { Err(SecretNameError) }
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The secret that a version uses under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretUse {
    /// Which value of that name.
    pub fingerprint: Arc<str>,
    /// The version that introduced this value.
    pub set_in: VersionNumber,
    /// The named secret whose newest version is the value; `None` if the stack has a value of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NamedSecretName>,
}

/// The secret variables of a version, by name.
pub type SecretUses = BTreeMap<SecretName, SecretUse>;

/// The key that one installation uses to fingerprint secret values.
///
/// It is derived from the key file and is in no database: with a plain hash, whoever reads a model could try every short
/// password until the hash matches.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// The purpose for deriving the key, see [`SecretVault::derive`](crate::ports::SecretVault::derive).
    pub const PURPOSE: &'static str = "secret variables";

    /// Hexadecimal digits of a fingerprint: 128 bits.
    pub(crate) const DIGITS: usize = 32;

    /// Creates a key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The reference to `value` under `name`. The same value of another stack or name has another fingerprint.
    pub fn reference(&self, stack: StackId, name: &SecretName, value: &SecretValue) -> SecretRef {
        let stack = stack.to_string();
        let parts = [stack.as_bytes(), name.as_str().as_bytes(), value.expose().as_bytes()];
        let mut fingerprint = keyed_hash(&self.0, parts);
        fingerprint.truncate(Self::DIGITS);
        SecretRef { name: name.clone(), fingerprint: fingerprint.into() }
    }

    /// The reference to a named secret under `name`, which is the same whatever the value is.
    pub fn reference_to(&self, stack: StackId, name: &SecretName, secret: &NamedSecretName) -> SecretRef {
        let stack = stack.to_string();
        let parts = [
            stack.as_bytes(),
            name.as_str().as_bytes(),
            b"named secret".as_slice(),
            secret.as_str().as_bytes(),
        ];
        let mut fingerprint = keyed_hash(&self.0, parts);
        fingerprint.truncate(Self::DIGITS);
        SecretRef { name: name.clone(), fingerprint: fingerprint.into() }
    }

    /// A fingerprint that was made without a key, made useless for guessing what it covers.
    pub fn cover(&self, fingerprint: &str) -> String {
        format!("hmac-sha256:{}", keyed_hash(&self.0, [b"fingerprint".as_slice(), fingerprint.as_bytes()]))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(hidden)")
    }
}

/// The purpose for sealing a value: it opens for this stack and name only.
pub fn sealing_purpose(stack: StackId, name: &SecretName) -> String {
    format!("secret variable {stack} {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_interpolation_can_refer_to() {
        for right in ["DB_PASSWORD", "_x", "a1"] {
            assert!(right.parse::<SecretName>().is_ok(), "{right}");
        }
        for wrong in ["", "1A", "A-B", "A B", "A=B", "Ä", &"A".repeat(201)] {
            assert_eq!(wrong.parse::<SecretName>(), Err(SecretNameError), "{wrong}");
        }
    }

    #[test]
    fn a_fingerprint_depends_on_key_stack_name_and_value() {
        let of = |key: u8, stack: u128, name: &str, value: &str| {
            let value = SecretValue::new(value.to_owned()).unwrap();
            let stack = StackId(uuid::Uuid::from_u128(stack));
            SecretKey::new([key; 32]).reference(stack, &name.parse().unwrap(), &value).fingerprint
        };
        let one = of(1, 1, "A", "v");
        assert_eq!((one.clone(), one.len()), (of(1, 1, "A", "v"), SecretKey::DIGITS));
        for other in [of(2, 1, "A", "v"), of(1, 2, "A", "v"), of(1, 1, "B", "v"), of(1, 1, "A", "w")] {
            assert_ne!(one, other);
        }
        assert_eq!(format!("{:?}", SecretKey::new([1; 32])), "SecretKey(hidden)");
    }
}
