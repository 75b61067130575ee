//! The files of an archive that nobody trusts.
//!
//! Bytes in, files out: nothing is written, and nothing of the machine is looked at. Whoever sends an archive decides
//! every byte of it, so headers are believed only as far as they were read, everything is counted while it is read, and
//! what cannot be kept as plain files within one folder is refused by its name. A program that unpacks the answer needs
//! no further checks of the paths.
//!
//! ```
//! use core_monitor_archive::{Format, Limits, read};
//!
//! let refused = read(Format::Tar, &b"no tar at all"[..], &Limits::default()).unwrap_err();
//! assert_eq!(refused.to_string(), "the archive is not a tar");
//! ```

mod budget;
mod error;
mod folder;
mod path;
mod tarball;
mod zipped;

use std::io::Read;
use std::sync::Arc;

pub use error::{ArchiveError, Fault};
pub use path::check_path;

/// How the files are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// tar: ustar, GNU or pax.
    Tar,
    /// tar in gzip.
    TarGz,
    /// zip, with its entries stored or deflated.
    Zip,
}

/// What an archive may cost. Exceeding a cap ends the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the archive.
    pub packed: u64,
    /// Bytes of all files together.
    pub unpacked: u64,
    /// Members: files, folders and links.
    pub members: usize,
    /// Bytes of one path.
    pub path: usize,
    /// Bytes unpacked per byte of the archive; the first [`FREE`](Self::FREE) bytes are not asked.
    pub ratio: u64,
}

impl Limits {
    /// Unpacked bytes below which no ratio is too high.
    pub const FREE: u64 = 32 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self { packed: 64 << 20, unpacked: 256 << 20, members: 10_000, path: 512, ratio: 200 }
    }
}

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Relative, with `/` between its parts; none of them is empty, `.` or `..`.
    pub path: String,
    /// Its content; a link has its target's.
    pub bytes: Arc<[u8]>,
    /// Whether its owner may execute it. Nothing else of a mode is kept.
    pub executable: bool,
}

/// Reads a whole archive. The files come by path; folders are only kept as part of paths.
///
/// A zip has its table at its end, so it is held in memory; the others are read as they come.
pub fn read(format: Format, input: impl Read, limits: &Limits) -> Result<Vec<File>, ArchiveError> {
    match format {
        Format::Tar => tarball::read(input, limits),
        Format::TarGz => tarball::read_gzip(input, limits),
        Format::Zip => zipped::read(input, limits),
    }
}

#[cfg(test)]
mod tests;
