//! An immutable snapshot of a stack's definition.

use std::collections::BTreeMap;

use core_monitor_compose::{Diagnostic, Project};

use crate::ids::{StackId, VersionNumber};
use crate::time::Timestamp;

mod source;

pub(crate) use source::hex;
pub use source::{FileEntry, FileHash, FileHashError, Source, SourceFile};

/// A version as stored, without the bytes of its files: those are read one by one, by whoever needs them. No field of it
/// changes after it was saved.
#[derive(Debug, Clone, PartialEq)]
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
    /// Paths of its compose files, in the order they are applied.
    pub compose_files: Vec<String>,
    /// Values for `${NAME}`; they win over a `.env` file.
    pub variables: BTreeMap<String, String>,
    /// `sha256:` over the source; equal hashes mean equal definitions.
    pub content_hash: String,
    /// The normalized model, derived from the source when it was saved.
    pub model: Project,
    /// What the loader warned about when it was saved, with positions.
    pub warnings: Vec<Diagnostic>,
}
