//! Writing an archive.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};
use tar::{Builder, EntryType, Header};

use super::{BackupError, BackupManifest, DATABASE, END, KEY, MANIFEST, STACKS, kept};
use crate::vault::hex;

/// What an archive is made of.
#[derive(Debug)]
pub struct BackupSource<'a> {
    /// What the archive says about itself.
    pub manifest: &'a BackupManifest,
    /// A copy of the database that nobody writes to.
    pub database: &'a Path,
    /// The data folder, for the key and the folders of stacks.
    pub data_dir: &'a Path,
}

/// What is in an archive.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct BackupReport {
    /// Files of the folders of stacks.
    pub stack_files: u64,
    /// Artifacts and record files.
    pub kept_files: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Files that are not in it, with the reason.
    pub left_out: Vec<String>,
    /// Files that somebody changed the length of while they were read.
    pub changed: Vec<PathBuf>,
}

/// Writes an archive to `out`. What cannot be read in the folders of stacks is left out and reported; everything else
/// is an error.
pub fn write_backup(source: &BackupSource<'_>, out: impl Write) -> Result<BackupReport, BackupError> {
    let mut writer = Writer { archive: Builder::new(out), report: BackupReport::default() };
    let manifest = serde_json::to_vec_pretty(source.manifest).map_err(io::Error::from);
    writer.text(MANIFEST, &manifest.map_err(BackupError::Write)?)?;
    let digest = writer.required(DATABASE, source.database)?;
    if source.manifest.with_key {
        writer.required(KEY, &source.data_dir.join(KEY))?;
    }
    // After the database, so that everything it names is there.
    for name in kept::files(source.data_dir)? {
        writer.kept(source.data_dir, &name)?;
    }
    if source.manifest.with_stacks {
        writer.stacks(&source.data_dir.join(STACKS))?;
    }
    writer.text(END, digest.as_bytes())?;
    writer.archive.into_inner().and_then(|mut out| out.flush()).map_err(BackupError::Write)?;
    Ok(writer.report)
}

struct Writer<W: Write> {
    archive: Builder<W>,
    report: BackupReport,
}

impl<W: Write> Writer<W> {
    fn text(&mut self, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
        let mut header = private_header(bytes.len() as u64);
        self.archive.append_data(&mut header, name, bytes).map_err(BackupError::Write)
    }

    /// A file that must be there, and its checksum.
    fn required(&mut self, name: &str, path: &Path) -> Result<String, BackupError> {
        let file = File::open(path).map_err(BackupError::file(path, "read"))?;
        let length = file.metadata().map_err(BackupError::file(path, "read"))?.len();
        let mut content = Hashing { content: file.take(length), hash: Sha256::new() };
        let mut header = private_header(length);
        self.archive.append_data(&mut header, name, &mut content).map_err(BackupError::Write)?;
        self.report.bytes += length;
        Ok(hex(&content.hash.finalize()))
    }

    /// An artifact or a record file: they never change, and may only be removed.
    fn kept(&mut self, data_dir: &Path, name: &Path) -> Result<(), BackupError> {
        let Some(file) = kept::open(data_dir, name)? else { return Ok(()) };
        let length = file.metadata().map_err(BackupError::file(name, "read"))?.len();
        let mut header = private_header(length);
        self.archive.append_data(&mut header, name, file.take(length)).map_err(BackupError::Write)?;
        self.report.kept_files += 1;
        self.report.bytes += length;
        Ok(())
    }

    /// Everything below the folders of stacks; links are stored, never followed.
    fn stacks(&mut self, root: &Path) -> Result<(), BackupError> {
        let mut folders = vec![(root.to_owned(), PathBuf::from(STACKS))];
        while let Some((folder, name)) = folders.pop() {
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries.collect::<io::Result<Vec<_>>>(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => Err(error),
            };
            let mut entries = match entries {
                Ok(entries) => entries,
                Err(error) => {
                    self.leave_out(&name, &error.to_string());
                    continue;
                }
            };
            entries.sort_by_key(std::fs::DirEntry::file_name);
            self.entry(&folder, &name)?;
            for entry in entries {
                let (path, name) = (entry.path(), name.join(entry.file_name()));
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push((path, name)),
                    Ok(kind) if kind.is_file() || kind.is_symlink() => self.entry(&path, &name)?,
                    Ok(kind) if kind.is_socket() => self.leave_out(&name, "it is a socket"),
                    Ok(_) => self.leave_out(&name, "it is a device or a pipe"),
                    Err(error) => self.leave_out(&name, &error.to_string()),
                }
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &Path) -> Result<(), BackupError> {
        match self.try_entry(path, name) {
            Ok(()) => Ok(()),
            Err(EntryError::Source(error)) => {
                self.leave_out(name, &error.to_string());
                Ok(())
            }
            Err(EntryError::Archive(error)) => Err(BackupError::Write(error)),
        }
    }

    fn try_entry(&mut self, path: &Path, name: &Path) -> Result<(), EntryError> {
        let metadata = path.symlink_metadata().map_err(EntryError::Source)?;
        let mut header = Header::new_gnu();
        header.set_metadata(&metadata);
        if metadata.is_symlink() {
            let target = std::fs::read_link(path).map_err(EntryError::Source)?;
            return self.archive.append_link(&mut header, name, target).map_err(EntryError::Archive);
        }
        if metadata.is_dir() {
            return self.archive.append_data(&mut header, name, io::empty()).map_err(EntryError::Archive);
        }
        // Somebody may have put a link or a pipe there meanwhile.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let opened = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path);
        let file = opened.map_err(EntryError::Source)?;
        let metadata = file.metadata().map_err(EntryError::Source)?;
        if !metadata.is_file() {
            return Err(EntryError::Source(io::Error::other("it is no longer a file")));
        }
        header.set_metadata(&metadata);
        header.set_entry_type(EntryType::Regular);
        let mut content = Exactly { content: file, left: metadata.len(), was_cut: false, failed: None };
        self.archive.append_data(&mut header, name, &mut content).map_err(EntryError::Archive)?;
        // The archive has as many bytes as its header says in any case, so that the rest of it can be read.
        if let Some(error) = content.failed {
            self.leave_out(name, &format!("{error}, so it is incomplete"));
        } else if content.was_cut {
            self.report.changed.push(name.to_owned());
        }
        self.report.stack_files += 1;
        self.report.bytes += metadata.len();
        Ok(())
    }

    fn leave_out(&mut self, name: &Path, reason: &str) {
        self.report.left_out.push(format!("{}: {reason}", name.display()));
    }
}

enum EntryError {
    Source(io::Error),
    Archive(io::Error),
}

fn private_header(length: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_size(length);
    header.set_mode(0o600);
    header
}

struct Hashing<R> {
    content: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.content.read(buffer)?;
        self.hash.update(&buffer[..length]);
        Ok(length)
    }
}

/// As many bytes as were announced: zeros in place of what is no longer there.
struct Exactly {
    content: File,
    left: u64,
    was_cut: bool,
    failed: Option<io::Error>,
}

impl Read for Exactly {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..most];
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut length = 0;
        if !self.was_cut && self.failed.is_none() {
            match self.content.read(buffer) {
                Ok(read) => length = read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => self.failed = Some(error),
            }
        }
        if length == 0 {
            self.was_cut = true;
            buffer.fill(0);
            length = buffer.len();
        }
        self.left -= length as u64;
        Ok(length)
    }
}
