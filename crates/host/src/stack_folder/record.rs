//! The record of files that versions wrote to a stack's folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use core_monitor_domain::stack_version::{FileHash, SourceFile};
use serde::{Deserialize, Serialize};

/// The record of one stack.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    /// Written files by path.
    pub(super) files: BTreeMap<String, Written>,
}

/// A written file. The process may have died between saving the record and writing the file, so the previous content is
/// also accepted.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Written {
    hash: String,
    size: u64,
    #[serde(default)]
    before: Option<(String, u64)>,
}

impl Written {
    /// Whether a file of this size could be this one.
    pub(super) fn has_size(&self, size: u64) -> bool {
        self.size == size || self.before.as_ref().is_some_and(|(_, before)| *before == size)
    }

    /// What tells two records of a file apart.
    pub(super) fn identity(&self) -> String {
        let before = self.before.as_ref().map_or("", |(hash, _)| hash);
        format!("{} {before}", self.hash)
    }

    pub(super) fn is(&self, hash: &FileHash) -> bool {
        self.hash == hash.as_str() || self.before.as_ref().is_some_and(|(before, _)| before == hash.as_str())
    }
}

impl Record {
    /// Reads the record. A missing file means that nothing was written.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Records that `file` is about to be written.
    pub(super) fn note(&mut self, path: &str, file: &SourceFile) {
        let before = self.files.remove(path).map(|written| (written.hash, written.size));
        let before = before.filter(|(hash, _)| hash != file.hash().as_str());
        let written = Written { hash: file.hash().to_string(), size: file.bytes().len() as u64, before };
        self.files.insert(path.to_owned(), written);
    }

    /// Replaces the stored record.
    pub(super) fn save(&self, path: &Path) -> io::Result<()> {
        let new = path.with_extension("json.new");
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        std::fs::rename(&new, path)?;
        match path.parent() {
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }

    /// Deletes the record, when nothing of the stack is left.
    pub(super) fn forget(path: &Path) -> io::Result<()> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
