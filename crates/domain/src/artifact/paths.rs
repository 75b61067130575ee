//! The paths of a tree, in a form that is small enough to be part of every version.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Which files a tree has, as the first eight bytes of the SHA-256 of each path. It tells whether another tree lacks some of
/// them, and how many; it does not tell their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PathSet(Arc<[u64]>);

impl PathSet {
    /// The set of these relative paths.
    pub fn of<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hashes: Vec<u64> = paths.into_iter().map(hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes.into())
    }

    /// Whether it has no paths.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many paths it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How many of its paths `other` does not have.
    pub fn missing_in(&self, other: &Self) -> usize {
        self.0.iter().filter(|hash| other.0.binary_search(hash).is_err()).count()
    }
}

fn hash(path: &str) -> u64 {
    let digest: [u8; 32] = Sha256::digest(path.as_bytes()).into();
    digest.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_paths_are_counted() {
        let before = PathSet::of(["index.html", "old.css", "a/b"]);
        let after = PathSet::of(["a/b", "new.css", "index.html"]);
        assert_eq!(before.missing_in(&after), 1);
        assert_eq!(before.missing_in(&PathSet::default()), 3);
        assert_eq!(PathSet::of(["a/b", "index.html"]).missing_in(&after), 0);
        assert_eq!(before, PathSet::of(["a/b", "old.css", "index.html", "a/b"]));
        let stored = serde_json::to_string(&before).unwrap();
        assert_eq!(serde_json::from_str::<PathSet>(&stored).unwrap(), before);
    }
}
