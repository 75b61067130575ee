//! Reads the files of an untrusted archive.
//!
//! Bytes in, files out: nothing is written, and the machine is not accessed. The sender controls every byte of an archive,
//! so headers are not trusted, everything is counted while it is read, and anything that is not a plain file within one
//! folder is rejected by name. A program that writes the files to disk needs no further path checks.
//!
//! ```
//! use core_monitor_archive::{Format, Limits, read};
//!
//! let error = read(Format::Tar, &b"not a tar"[..], &Limits::default()).unwrap_err();
//! assert_eq!(error.to_string(), "the archive is not a tar");
//! ```

mod budget;
mod contents;
mod error;
mod folder;
mod gzip;
mod path;
pub(crate) mod said;
mod tarball;
mod templates;
mod tree;
mod zipped;

use std::io::Read;
use std::sync::Arc;

pub use error::{ArchiveError, Fault, Special};
pub use path::check_path;
pub use templates::templates;
pub use tree::write_tar;

use contents::InMemory;

/// The archive format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// tar: ustar, GNU or pax.
    Tar,
    /// tar in gzip.
    TarGz,
    /// zip, with its entries stored or deflated.
    Zip,
}

/// Limits for an archive. Exceeding one aborts reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the archive in bytes.
    pub packed: u64,
    /// Total size of all files in bytes.
    pub unpacked: u64,
    /// Members: files, folders and links.
    pub members: usize,
    /// Length of a path in bytes.
    pub path: usize,
    /// Unpacked bytes per byte of the archive, not counting the first [`FREE`](Self::FREE) bytes.
    pub ratio: u64,
}

impl Limits {
    /// Unpacked bytes up to which the ratio is not checked.
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
    /// Relative path, separated by `/`; no component is empty, `.` or `..`.
    pub path: String,
    /// Its content; for a link, the content of its target.
    pub bytes: Arc<[u8]>,
    /// Whether its owner may execute it. The rest of the mode is dropped.
    pub executable: bool,
}

/// Reads a whole archive. The files are sorted by path; folders exist only as part of paths.
///
/// A zip is held in memory, since its table is at the end; the other formats are streamed.
pub fn read(format: Format, input: impl Read, limits: &Limits) -> Result<Vec<File>, ArchiveError> {
    let files = match format {
        Format::Tar => tarball::read(input, limits, &mut InMemory),
        Format::TarGz => tarball::read_gzip(input, limits, &mut InMemory),
        Format::Zip => zipped::read(input, limits, &mut InMemory),
    }?;
    let file = |file: folder::Resolved<Arc<[u8]>>| File {
        path: file.path,
        bytes: file.content,
        executable: file.executable,
    };
    Ok(files.into_iter().map(file).collect())
}

impl Format {
    /// The format that the first bytes of an archive tell. What is neither gzip nor zip can only be a tar.
    pub fn detect(first: &[u8]) -> Self {
        match first {
            [0x1f, 0x8b, ..] => Self::TarGz,
            [b'P', b'K', ..] => Self::Zip,
            _ => Self::Tar,
        }
    }
}

#[cfg(test)]
mod tests;
