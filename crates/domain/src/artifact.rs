//! Artifacts: applications that are put into running containers, and the slots of services that take them.
//!
//! A service declares slots under `x-core-monitor.deploy`; a version names the artifact of each. What a container was given
//! is kept as a placement.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::ServiceName;

mod digest;
mod paths;
mod pattern;
pub(crate) mod said;
mod slot;
mod slot_name;

pub use digest::{ArtifactDigest, DigestError};
pub use paths::PathSet;
pub use pattern::Pattern;
pub use slot::{Activation, DeploySlot, HttpCheck, Owner, Refusal, SlotContent, Verification};
pub use slot_name::{SlotName, SlotNameError};

/// An artifact of a version. Its bytes are in the store of artifacts, under the digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// SHA-256 of the stored bytes: a file as it was sent, a tree as its canonical tar.
    pub digest: ArtifactDigest,
    /// Their number.
    pub size: u64,
    /// The name it was sent with, without a path: for a tree, that of the archive.
    pub file_name: String,
    /// What it is.
    pub form: ArtifactForm,
    /// The paths of the files of a tree; empty for a file.
    #[serde(default, skip_serializing_if = "PathSet::is_empty")]
    pub paths: PathSet,
}

/// What an artifact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtifactForm {
    /// One file, put in as it is.
    File,
    /// A folder of files, sent as tar, tar.gz or zip.
    Tree,
}

impl ArtifactForm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::File, Self::Tree];

    /// The word in definitions and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Tree => "tree",
        }
    }

    /// The form with this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == word)
    }
}

impl fmt::Display for ArtifactForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A slot of a stack: the service, and the slot's name within it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SlotKey {
    /// The service.
    pub service: ServiceName,
    /// The slot.
    pub slot: SlotName,
}

impl fmt::Display for SlotKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.slot)
    }
}

/// The artifacts of a version, by slot.
pub type Artifacts = BTreeMap<SlotKey, Artifact>;
