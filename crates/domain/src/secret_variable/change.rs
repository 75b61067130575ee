//! What a request does to a secret variable.

use super::{Recipe, SecretValue};
use crate::named_secret::NamedSecretName;

/// What a new version does to one secret variable. A variable without a change is kept from the parent version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretChange {
    /// It has this value from now on.
    Set(SecretValue),
    /// It has a new random value from now on.
    Generate(Recipe),
    /// It has the value of the newest version of this named secret from now on.
    Refer(NamedSecretName),
    /// It has the value of the parent version, which must have it.
    Keep,
    /// The version does not have it.
    Remove,
}
