//! `build`.

use super::{Bytes, Extensions, FileReference, Ulimit, is_false};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// How an image is made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Absolute path of the folder that is sent, or the address of a remote context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Path of the Dockerfile, relative to the context; absent when it is written inline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile: Option<String>,
    /// The Dockerfile itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile_inline: Option<String>,
    /// Privileges the build asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entitlements: Vec<String>,
    /// Values of `ARG`; a variable that is set nowhere is left out.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub args: IndexMap<String, String>,
    /// Provenance attestation: `true`, `false` or how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
    /// Bill of materials attestation: `true`, `false` or how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sbom: Option<String>,
    /// SSH agents and keys: `default`, or `id=path` with an absolute path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ssh: Vec<String>,
    /// Labels of the image.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, String>,
    /// Where cached layers may come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_from: Vec<String>,
    /// Where cached layers go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_to: Vec<String>,
    /// Makes every layer anew.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_cache: bool,
    /// Further contexts by name: an absolute path, an address, or `service:NAME`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub additional_contexts: IndexMap<String, String>,
    /// Asks the registry for newer base images.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pull: bool,
    /// `name=address` for the steps of the build.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_hosts: Vec<String>,
    /// Isolation technology; Windows only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation: Option<String>,
    /// Network of the steps of the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The stage to stop at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Secrets that steps may mount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<FileReference>,
    /// Size of `/dev/shm` during the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shm_size: Option<Bytes>,
    /// Further names of the image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Process limits during the build.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub ulimits: IndexMap<String, Ulimit>,
    /// Platforms to build for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// Steps may do what the host may.
    #[serde(default, skip_serializing_if = "is_false")]
    pub privileged: bool,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl Build {
    /// Whether a context lies somewhere else than in a folder of this host.
    pub fn is_remote(context: &str) -> bool {
        const BEGINNINGS: &[&str] = &["github.com/", "git@", "service:", "target:"];
        context.contains("://") || BEGINNINGS.iter().any(|beginning| context.starts_with(beginning))
    }
}
