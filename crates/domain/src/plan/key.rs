//! Fingerprints that reveal nothing about their input.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::keyed_hash::keyed_hash;

/// The key that one installation uses to fingerprint its plans.
///
/// An effect can contain a secret that is easy to guess, such as a four-digit code in a variable. With a plain hash, a
/// reader of the plan could try all codes until the hash matches. The key is derived from the key file and is in no
/// database, so only the server and the worker can compute or compare fingerprints. It is per installation, not per
/// plan: a key stored next to its plan would not protect it from its readers.
#[derive(Clone)]
pub struct PlanKey([u8; 32]);

impl PlanKey {
    /// The purpose for deriving the key, see [`SecretVault::derive`](crate::ports::SecretVault::derive).
    pub const PURPOSE: &'static str = "plan fingerprints";

    /// Creates a key from its bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The fingerprint of `parts`. Each part is length-prefixed, so two different lists never have the same input.
    pub(super) fn fingerprint<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> Fingerprint {
        Fingerprint(format!("hmac-sha256:{}", keyed_hash(&self.0, parts)))
    }
}

impl fmt::Debug for PlanKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlanKey(hidden)")
    }
}

/// Equal under the same key exactly when the inputs are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_and_part_boundaries_are_included() {
        let (one, other) = (PlanKey::new([1; 32]), PlanKey::new([2; 32]));
        let of = |key: &PlanKey, parts: &[&str]| key.fingerprint(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(of(&one, &["a", "bc"]), of(&one, &["a", "bc"]));
        assert_ne!(of(&one, &["a", "bc"]), of(&one, &["ab", "c"]));
        assert_ne!(of(&one, &["a"]), of(&other, &["a"]));
        assert_eq!(format!("{one:?}"), "PlanKey(hidden)");
    }
}
