//! An immutable snapshot of a stack's definition.

use std::collections::BTreeMap;
use std::fmt;

use core_monitor_compose::{Diagnostic, Project};
use sha2::{Digest, Sha256};

use crate::actor::Actor;
use crate::artifact::Artifacts;
use crate::ids::{StackId, VersionNumber};
use crate::secret_variable::SecretUses;
use crate::time::Timestamp;

mod host_paths;
mod source;
mod tag;

pub use host_paths::{HostPath, folder_in, keep_relative, placed};
pub(crate) use source::hex;
pub use source::{FileEntry, FileHash, FileHashError, Source, SourceFile, SourceSecret};
pub use tag::{VersionRecord, VersionTag, VersionTagError};

/// A stored version, without the bytes of its files, which are read one by one when needed. It is never changed after
/// it was saved.
#[derive(Clone, PartialEq)]
pub struct StackVersion {
    /// The stack it belongs to.
    pub stack_id: StackId,
    /// 1, 2, 3... within the stack.
    pub version: VersionNumber,
    /// The version it was made from; `None` for the first.
    pub parent_version: Option<VersionNumber>,
    /// Who saved it.
    pub author: Actor,
    /// When it was saved.
    pub created_at: Timestamp,
    /// The author's comment.
    pub comment: String,
    /// Paths of its compose files, in the order they are merged.
    pub compose_files: Vec<String>,
    /// Values for `${NAME}`; they take precedence over a `.env` file.
    pub variables: BTreeMap<String, String>,
    /// The secret variables. The model contains markers in place of their values.
    pub secrets: SecretUses,
    /// `sha256:` over the source; equal hashes mean equal definitions.
    pub content_hash: String,
    /// The normalized model, computed from the source when it was saved. Paths in the stack's folder are relative;
    /// [`placed`] makes them absolute for a host.
    pub model: Project,
    /// The loader's warnings at that time, with positions.
    pub warnings: Vec<Diagnostic>,
    /// Its artifacts, by slot.
    pub artifacts: Artifacts,
}

impl StackVersion {
    /// With its artifacts, which its content hash then covers.
    #[must_use]
    pub fn with_artifacts(mut self, artifacts: Artifacts) -> Self {
        if !artifacts.is_empty() {
            let mut hash = Sha256::new();
            hash.update(&self.content_hash);
            for (key, artifact) in &artifacts {
                hash.update(format!("\n{key} {} {}", artifact.digest, artifact.file_name));
            }
            self.content_hash = format!("sha256:{}", hex(&hash.finalize()));
        }
        self.artifacts = artifacts;
        self
    }
}

/// Variables, model and warnings are the definition, which must not be logged.
impl fmt::Debug for StackVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("StackVersion");
        shown.field("stack_id", &self.stack_id).field("version", &self.version);
        shown.field("secrets", &self.secrets.keys().collect::<Vec<_>>());
        shown.field("content_hash", &self.content_hash).finish_non_exhaustive()
    }
}
