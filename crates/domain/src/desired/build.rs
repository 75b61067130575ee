//! What an image is built from.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Ulimit;
use crate::stack_version::hex;

mod context;
mod redact;
mod secret;

pub use context::{BuildFiles, ContextFile};
pub use secret::{BuildSecret, BuildSecretSource};

/// A build, with everything decided but the bytes of its files: those are read when it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildSpec {
    /// Folder that is sent, within the files of the version; empty for all of them.
    pub context: String,
    /// Where the instructions are.
    pub dockerfile: Dockerfile,
    /// Values of `ARG`.
    pub args: BTreeMap<String, String>,
    /// The labels a person wrote.
    pub labels: BTreeMap<String, String>,
    /// The stage to stop at.
    pub target: Option<String>,
    /// Network of the steps.
    pub network: Option<String>,
    /// `name:address` for the steps.
    pub extra_hosts: Vec<String>,
    /// Size of `/dev/shm` in bytes.
    pub shm_size: Option<u64>,
    /// Images whose layers may be used again.
    pub cache_from: Vec<String>,
    /// Make every layer anew.
    pub no_cache: bool,
    /// Ask the registry for newer base images.
    pub pull: bool,
    /// `os/arch[/variant]`; `None` is the engine's own.
    pub platform: Option<String>,
    /// Isolation technology.
    pub isolation: Option<String>,
    /// Process limits of the steps.
    pub ulimits: BTreeMap<String, Ulimit>,
    /// Further names of the image.
    pub tags: Vec<String>,
    /// What steps may mount. Left out where there is none, so that hashes made before there were any still hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<BuildSecret>,
    /// Hash of all of the above, but for the content of secrets, and of every file that is sent.
    pub hash: BuildHash,
}

/// Where the instructions of a build are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dockerfile {
    /// In a file of the version, by its path there.
    Stored(String),
    /// In the definition.
    Inline(String),
}

/// Fingerprint of what an image was built from, written as a label on it and on its containers. Equal hashes mean
/// that the same files were built in the same way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BuildHash(pub String);

impl BuildHash {
    /// Bumped when the same definition has to be built again on purpose.
    const FORMAT: &'static str = "1";

    /// The hash of `spec`, whose own `hash` does not count, and of what it sends.
    pub(super) fn of(spec: &BuildSpec, files: &[ContextFile<'_>]) -> Self {
        let secrets = spec.secrets.iter().map(BuildSecret::nameplate).collect();
        let unhashed = BuildSpec { hash: Self(String::new()), secrets, ..spec.clone() };
        let mut hash = Sha256::new();
        let mut feed = |part: &str| {
            // With its length, so that no two lists of parts read the same.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        };
        feed(Self::FORMAT);
        // Maps with sorted keys, lists and scalars: this cannot fail, and if it did, the hash would equal no other one.
        feed(&serde_json::to_string(&unhashed).unwrap_or_default());
        for file in files {
            feed(&file.path);
            feed(file.entry.hash.as_str());
            feed(if file.entry.executable { "x" } else { "-" });
        }
        Self(hex(&hash.finalize()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Twelve digits, for names.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for BuildHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
