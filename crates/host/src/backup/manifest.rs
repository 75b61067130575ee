//! What an archive says about itself.

use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The first member of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupManifest {
    /// Version of the archive's layout.
    pub format: u32,
    /// The release that wrote it.
    pub release: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// Whether `secret.key` is in it.
    pub with_key: bool,
    /// Whether the folders of stacks are in it.
    pub with_stacks: bool,
}

impl BackupManifest {
    /// The layout that this release writes, and the newest it reads. The first one had no artifacts and record files.
    pub const FORMAT: u32 = 2;
}
