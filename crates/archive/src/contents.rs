//! What becomes of the content of files while an archive is read.

use std::io::{self, Read};
use std::sync::Arc;

use crate::ArchiveError;
use crate::budget::Budget;

/// What is kept of the content of a file.
pub(crate) trait Kept: Clone {
    /// The bytes of the file.
    fn length(&self) -> u64;
}

impl Kept for Arc<[u8]> {
    fn length(&self) -> u64 {
        self.len() as u64
    }
}

/// A file whose content comes next.
pub(crate) struct Coming<'a> {
    /// Its path, already checked.
    pub(crate) path: &'a str,
    /// Its length, as the archive claims.
    pub(crate) size: u64,
    pub(crate) executable: bool,
    pub(crate) input: &'a mut dyn Read,
    /// Converts a read error of this member.
    pub(crate) damaged: &'a dyn Fn(io::Error) -> ArchiveError,
}

/// Takes the members of an archive in its order.
pub(crate) trait Contents {
    type Kept: Kept;

    /// Takes the whole content of a file.
    fn file(&mut self, file: Coming<'_>, budget: &mut Budget) -> Result<Self::Kept, ArchiveError>;

    /// Takes a folder that is a member.
    fn folder(&mut self, path: &str, budget: &mut Budget) -> Result<(), ArchiveError>;
}

/// Keeps everything in memory.
pub(crate) struct InMemory;

impl Contents for InMemory {
    type Kept = Arc<[u8]>;

    fn file(&mut self, file: Coming<'_>, budget: &mut Budget) -> Result<Arc<[u8]>, ArchiveError> {
        let mut bytes = Vec::new();
        budget.read_file(file.input, file.damaged, |chunk| {
            bytes.extend_from_slice(chunk);
            Ok(())
        })?;
        Ok(bytes.into())
    }

    fn folder(&mut self, _: &str, _: &mut Budget) -> Result<(), ArchiveError> {
        Ok(())
    }
}
