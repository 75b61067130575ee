//! An immutable snapshot of a stack's definition.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use core_monitor_compose::Project;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::{StackId, VersionNumber};
use crate::time::Timestamp;

/// A version as stored. No field of it changes after it was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackVersion {
    /// The stack it belongs to.
    pub stack_id: StackId,
    /// 1, 2, 3... within the stack.
    pub version: VersionNumber,
    /// The version it was made from; `None` for the first.
    pub parent_version: Option<VersionNumber>,
    /// Who saved it.
    pub author: String,
    /// When it was saved.
    pub created_at: Timestamp,
    /// Why, in the author's words.
    pub comment: String,
    /// What the author wrote.
    pub source: Source,
    /// `sha256:` over the source; equal hashes mean equal definitions.
    pub content_hash: String,
    /// The normalized model, derived from the source when it was saved.
    pub model: Project,
    /// What the loader warned about, one sentence each, with positions.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// The files of a definition and the variables it is read with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// Path of the compose file among `files`.
    pub compose_file: String,
    /// Path within the project folder to text.
    pub files: BTreeMap<String, String>,
    /// Values for `${NAME}`; they win over a `.env` file.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
}

impl Source {
    /// A definition that is one compose file and nothing else.
    pub fn single(compose_file: &str, text: impl Into<String>) -> Self {
        Self {
            compose_file: compose_file.to_owned(),
            files: BTreeMap::from([(compose_file.to_owned(), text.into())]),
            variables: BTreeMap::new(),
        }
    }

    /// `sha256:` and 64 hexadecimal digits. Every part is length-prefixed, so no two sources share an input.
    pub fn content_hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut feed = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        };
        feed(&self.compose_file);
        for map in [&self.files, &self.variables] {
            feed(&map.len().to_string());
            for (key, value) in map {
                feed(key);
                feed(value);
            }
        }
        format!("sha256:{}", hex(&hash.finalize()))
    }
}

/// Lower-case hexadecimal digits of `bytes`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_tells_file_borders_apart() {
        let mut one = Source::single("compose.yml", "ab");
        let mut two = Source::single("compose.yml", "a");
        one.files.insert("x".into(), "c".into());
        two.files.insert("x".into(), "bc".into());
        assert_ne!(one.content_hash(), two.content_hash());
        assert_eq!(one.content_hash(), one.clone().content_hash());
        assert_eq!(one.content_hash().len(), "sha256:".len() + 64);
    }

    #[test]
    fn a_variable_is_not_a_file() {
        let mut one = Source::single("c", "");
        let mut two = Source::single("c", "");
        one.files.insert("A".into(), "1".into());
        two.variables.insert("A".into(), "1".into());
        assert_ne!(one.content_hash(), two.content_hash());
    }
}
