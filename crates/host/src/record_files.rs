//! [`RecordFiles`]: record files in a folder, as lines of JSON in gzip.
//!
//! `<data folder>/archive/000001-commands-1-500.jsonl.gz`. A file gets its name only when it is whole and on the disk. One
//! process at a time writes, which a lock tells.

use std::fs::{DirBuilder, File};
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{RecordFileError, RecordFiles, WrittenFile};
use core_monitor_domain::records::RecordHead;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use rustix::fs::{FlockOperation, OFlags, flock};
use sha2::{Digest as _, Sha256};

use crate::private::{check_folder, open_private_in};

/// No record file is larger, packed or unpacked: what is larger was not written by us.
const LARGEST: u64 = 256 << 20;
/// The file that is being written, and locked meanwhile.
const DRAFT: &str = ".draft";

/// Record files below a data folder.
#[derive(Debug, Clone)]
pub struct FolderRecordFiles {
    folder: PathBuf,
}

impl FolderRecordFiles {
    /// Uses `archive` in this data folder; it is created when it is needed.
    pub fn new(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("archive") }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, RecordFileError> + Send + 'static,
    ) -> Result<T, RecordFileError> {
        let folder = self.folder.clone();
        match tokio::task::spawn_blocking(move || work(&folder)).await {
            Ok(done) => done,
            Err(error) => Err(RecordFileError::Unavailable { reason: error.to_string() }),
        }
    }
}

#[async_trait]
impl RecordFiles for FolderRecordFiles {
    async fn write(&self, head: &RecordHead, lines: Vec<String>) -> Result<WrittenFile, RecordFileError> {
        let head = head.clone();
        self.blocking(move |folder| write(folder, &head, &lines)).await
    }

    async fn read(&self, name: &str, digest: &ArtifactDigest) -> Result<Vec<String>, RecordFileError> {
        let (name, digest) = (name.to_owned(), *digest);
        self.blocking(move |folder| read(folder, &name, &digest)).await
    }

    async fn examine(&self, name: &str) -> Result<Option<(ArtifactDigest, RecordHead)>, RecordFileError> {
        let name = name.to_owned();
        self.blocking(move |folder| {
            let Some(bytes) = bytes(folder, &name)? else { return Ok(None) };
            let head = unpacked(&bytes).lines().next().and_then(Result::ok);
            let head = head.and_then(|line| serde_json::from_str(&line).ok());
            Ok(head.map(|head| (ArtifactDigest(Sha256::digest(&bytes).into()), head)))
        })
        .await
    }

    async fn remove(&self, name: &str) -> Result<(), RecordFileError> {
        let name = name.to_owned();
        self.blocking(move |folder| match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&error)),
            _ => sync(folder).map_err(|error| failed(&error)),
        })
        .await
    }
}

fn write(folder: &Path, head: &RecordHead, lines: &[String]) -> Result<WrittenFile, RecordFileError> {
    let mut draft = begin(folder)?;
    let written = (|| {
        let mut packed =
            GzEncoder::new(Hashed { file: &mut draft, hash: Sha256::new() }, Compression::default());
        serde_json::to_writer(&mut packed, head)?;
        packed.write_all(b"\n")?;
        for line in lines {
            packed.write_all(line.as_bytes())?;
            packed.write_all(b"\n")?;
        }
        let Hashed { hash, .. } = packed.finish()?;
        draft.sync_all()?;
        remove_of_same_number(folder, head)?;
        std::fs::rename(folder.join(DRAFT), folder.join(head.name()))?;
        sync(folder)?;
        Ok(WrittenFile { digest: ArtifactDigest(hash.finalize().into()), size: draft.metadata()?.len() })
    })();
    written.map_err(|error| {
        // The space that it took is needed.
        let _ = draft.set_len(0);
        failed(&error)
    })
}

/// Opens the draft, which somebody who was killed may have left.
fn begin(folder: &Path) -> Result<File, RecordFileError> {
    let created = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    created.map_err(|error| failed(&error))?;
    check_folder(folder).map_err(|error| RecordFileError::Unavailable { reason: error.to_string() })?;
    let mut options = File::options();
    options.write(true).create(true).truncate(false).mode(0o600);
    let path = folder.join(DRAFT);
    let opened = options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(&path);
    let file = opened.map_err(|error| failed(&error))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(RecordFileError::Busy),
        Err(error) => return Err(failed(&error.into())),
    }
    // Another process may have given it its name before the lock was ours.
    let is_same = path.metadata().and_then(|found| Ok(found.ino() == file.metadata()?.ino()));
    if !is_same.unwrap_or(false) {
        return Err(RecordFileError::Busy);
    }
    file.set_len(0).map_err(|error| failed(&error))?;
    Ok(file)
}

/// A file of this number that was written and never noted, because somebody was killed in between.
fn remove_of_same_number(folder: &Path, head: &RecordHead) -> io::Result<()> {
    let number = format!("{:06}-", head.number);
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&number) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn read(folder: &Path, name: &str, digest: &ArtifactDigest) -> Result<Vec<String>, RecordFileError> {
    let bytes = bytes(folder, name)?.ok_or_else(|| RecordFileError::Missing(name.to_owned()))?;
    if <[u8; 32]>::from(Sha256::digest(&bytes)) != digest.0 {
        return Err(RecordFileError::Damaged(name.to_owned()));
    }
    let lines = unpacked(&bytes).lines().skip(1).collect::<Result<_, _>>();
    lines.map_err(|_| RecordFileError::Damaged(name.to_owned()))
}

fn bytes(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, RecordFileError> {
    // Whoever looks, these are files of the owner of the folder.
    let owner = match folder.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(|error| failed(&error))?.uid(),
    };
    let opened = open_private_in(&folder.join(name), owner);
    let opened = opened.map_err(|error| RecordFileError::Unavailable { reason: error.to_string() })?;
    let Some(file) = opened else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
    Ok(Some(bytes))
}

fn unpacked(bytes: &[u8]) -> BufReader<io::Take<GzDecoder<&[u8]>>> {
    BufReader::new(GzDecoder::new(bytes).take(LARGEST))
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn failed(error: &io::Error) -> RecordFileError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => RecordFileError::DiskFull,
        _ => RecordFileError::Unavailable { reason: error.to_string() },
    }
}

/// Hashes what is written to a file.
struct Hashed<'a> {
    file: &'a mut File,
    hash: Sha256,
}

impl io::Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests;
