//! `build`.

use super::{Bytes, Extensions, FileReference, Ulimit, is_false};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// How an image is built.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Build {
    /// Absolute path of the context folder, or the address of a remote context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// Path of the Dockerfile, relative to the context; absent when it is written inline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile: Option<String>,
    /// Content of an inline Dockerfile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dockerfile_inline: Option<String>,
    /// Privileges the build requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entitlements: Vec<String>,
    /// Values of `ARG`; unset variables are left out.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub args: IndexMap<String, String>,
    /// Provenance attestation: `true`, `false` or its parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
    /// Software bill of materials attestation: `true`, `false` or its parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sbom: Option<String>,
    /// SSH agents and keys: `default`, or `id=path` with an absolute path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ssh: Vec<String>,
    /// Labels of the image.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub labels: IndexMap<String, String>,
    /// Cache sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_from: Vec<String>,
    /// Cache destinations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cache_to: Vec<String>,
    /// Builds without the cache.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_cache: bool,
    /// Additional contexts by name: an absolute path, an address, or `service:NAME`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub additional_contexts: IndexMap<String, String>,
    /// Always pulls base images.
    #[serde(default, skip_serializing_if = "is_false")]
    pub pull: bool,
    /// `name=address` entries of `/etc/hosts` during the build.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_hosts: Vec<String>,
    /// Isolation technology; Windows only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation: Option<String>,
    /// Network used during the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The target stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Secrets that build steps may mount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<FileReference>,
    /// Size of `/dev/shm` during the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shm_size: Option<Bytes>,
    /// Additional tags of the image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Process limits during the build.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub ulimits: IndexMap<String, Ulimit>,
    /// Platforms to build for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<String>,
    /// Runs build steps privileged.
    #[serde(default, skip_serializing_if = "is_false")]
    pub privileged: bool,
    /// `x-*` keys.
    #[serde(flatten)]
    pub extensions: Extensions,
}

impl Build {
    /// Whether a context is something other than a folder of this host.
    pub fn is_remote(context: &str) -> bool {
        const PREFIXES: &[&str] = &["github.com/", "git@", "service:", "target:"];
        context.contains("://") || PREFIXES.iter().any(|prefix| context.starts_with(prefix))
    }
}
