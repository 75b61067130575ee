//! What an image is built from.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Ulimit;
use crate::stack_version::hex;

mod context;
pub(super) mod fetches;
mod redact;
mod secret;

pub use context::{BuildFiles, ContextFile};
pub use secret::{BuildSecret, BuildSecretSource};

/// A build, with everything resolved except the bytes of its files, which are read when it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BuildSpec {
    /// The context folder, relative to the files of the version; empty for the root.
    pub context: String,
    /// The Dockerfile.
    pub dockerfile: Dockerfile,
    /// Values of `ARG`.
    pub args: BTreeMap<String, String>,
    /// The user's labels.
    pub labels: BTreeMap<String, String>,
    /// The stage to stop at.
    pub target: Option<String>,
    /// Network of the build steps.
    pub network: Option<String>,
    /// `name:address` for the build steps.
    pub extra_hosts: Vec<String>,
    /// Size of `/dev/shm` in bytes.
    pub shm_size: Option<u64>,
    /// Images to use as layer cache.
    pub cache_from: Vec<String>,
    /// Do not use the cache.
    pub no_cache: bool,
    /// Pull newer base images.
    pub pull: bool,
    /// `os/arch[/variant]`; `None` means the engine's own.
    pub platform: Option<String>,
    /// Isolation technology.
    pub isolation: Option<String>,
    /// Process limits of the build steps.
    pub ulimits: BTreeMap<String, Ulimit>,
    /// Additional names of the image.
    pub tags: Vec<String>,
    /// Secrets that build steps may mount. Omitted if empty, so that earlier hashes stay valid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<BuildSecret>,
    /// Hosts in the network of the host that the engine itself would fetch from for it, as far as its text says. They follow
    /// from what is hashed. Omitted if empty, as in earlier plans.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inside: Vec<String>,
    /// Hash of all of the above except the content of secrets, and of every file in the context.
    pub hash: BuildHash,
}

/// The Dockerfile of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dockerfile {
    /// A file of the version, by path.
    Stored(String),
    /// Inline in the definition.
    Inline(String),
}

/// Fingerprint of the input of a build, written as a label on the image and its containers. Equal hashes mean that the
/// same files were built in the same way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BuildHash(pub String);

impl BuildHash {
    /// Increased to force a rebuild of unchanged definitions.
    const FORMAT: &'static str = "1";

    /// The hash of `spec`, without its own `hash`, and of the files it sends.
    pub(super) fn of(spec: &BuildSpec, files: &[ContextFile<'_>]) -> Self {
        let secrets = spec.secrets.iter().map(BuildSecret::nameplate).collect();
        let unhashed = BuildSpec { hash: Self(String::new()), secrets, inside: Vec::new(), ..spec.clone() };
        let mut hash = Sha256::new();
        let mut feed = |part: &str| {
            // Length-prefixed, so that two different lists never have the same input.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        };
        feed(Self::FORMAT);
        // Maps with sorted keys, lists and scalars: this cannot fail, and if it did, the hash would match no other.
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
