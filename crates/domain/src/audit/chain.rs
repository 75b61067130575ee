//! The chain of the audit: each entry has a value over its content and over the value of the entry before it, so that none can be
//! changed, removed, inserted or moved without a trace in every later value.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{AuditDetail, AuditEntry};
use crate::artifact::ArtifactDigest;
use crate::stack_version::hex;

/// What every hash begins with. Its length is fixed, so that no other hash of this program can have the same input; another way to
/// write entries gets another number.
const DOMAIN: &[u8] = b"core-monitor audit chain 1\n";

/// The value of an entry in the chain: SHA-256, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChainValue(pub [u8; 32]);

/// The text is not a value of the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value of the audit's chain has 64 lower-case hexadecimal digits")]
pub struct ChainValueError;

impl ChainValue {
    /// What the first entry of a chain follows.
    pub const BEGINNING: Self = Self([0; 32]);

    /// The value of the entry `id` that follows the one with this value.
    #[must_use]
    pub fn next(self, id: i64, entry: &AuditEntry) -> Self {
        let AuditEntry { at, actor, action, resource, change, detail } = entry;
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(self.0);
        write(&mut hash, &id.to_be_bytes());
        write(&mut hash, &at.as_millis().to_be_bytes());
        for text in [actor.to_string(), action.to_string(), resource.to_string(), change.to_string()] {
            write(&mut hash, text.as_bytes());
        }
        write_detail(&mut hash, detail.as_ref());
        Self(hash.finalize().into())
    }
}

/// Writes a field behind its length: two different lists of fields are never the same bytes.
fn write(hash: &mut Sha256, field: &[u8]) {
    hash.update((field.len() as u64).to_be_bytes());
    hash.update(field);
}

/// Only what is known is written, under its name, behind how much that is: a field that a later release adds leaves the values of
/// earlier entries as they are.
fn write_detail(hash: &mut Sha256, detail: Option<&AuditDetail>) {
    let Some(detail) = detail else {
        write(hash, b"");
        return;
    };
    let AuditDetail { name, program, arguments, reason, exit_code, seconds, path, bytes, address } = detail;
    let fields = [
        ("name", name.clone()),
        ("program", program.clone()),
        ("arguments", arguments.map(|count| count.to_string())),
        ("reason", reason.clone()),
        ("exit_code", exit_code.map(|code| code.to_string())),
        ("seconds", seconds.map(|count| count.to_string())),
        ("path", path.clone()),
        ("bytes", bytes.map(|count| count.to_string())),
        ("address", address.map(|address| address.to_string())),
    ];
    let known: Vec<_> = fields.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))).collect();
    write(hash, &(known.len() as u64).to_be_bytes());
    for (name, value) in known {
        write(hash, name.as_bytes());
        write(hash, value.as_bytes());
    }
}

impl fmt::Display for ChainValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for ChainValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainValue({self})")
    }
}

impl FromStr for ChainValue {
    type Err = ChainValueError;

    fn from_str(text: &str) -> Result<Self, ChainValueError> {
        // The same digits as those of a digest, of which there is one way to write them.
        let digest: Result<ArtifactDigest, _> = format!("sha256:{text}").parse();
        digest.map(|digest| Self(digest.0)).map_err(|_| ChainValueError)
    }
}

impl TryFrom<String> for ChainValue {
    type Error = ChainValueError;

    fn try_from(text: String) -> Result<Self, ChainValueError> {
        text.parse()
    }
}

impl From<ChainValue> for String {
    fn from(value: ChainValue) -> Self {
        value.to_string()
    }
}

#[cfg(test)]
mod tests;
