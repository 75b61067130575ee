//! Reading an artifact.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use async_trait::async_trait;
use core_monitor_domain::artifact::ArtifactDigest;
use core_monitor_domain::ports::{ArtifactError, Feed};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;

use super::{CHUNK, failed};

/// The bytes of a file, checked while they are read. One chunk is read ahead, while the one before it is used.
pub(super) struct FileFeed {
    /// Missing while a read is on its way, after the end and after an error.
    reader: Option<Reader>,
    /// The read on its way. One that a cancelled wait has begun is waited for by the next one.
    reading: Option<JoinHandle<ReadChunk>>,
}

/// A reader with what it has read.
type ReadChunk = Result<(Reader, Vec<u8>), ArtifactError>;

struct Reader {
    file: File,
    digest: ArtifactDigest,
    hash: Sha256,
    left: u64,
}

impl FileFeed {
    pub(super) fn new(file: File, digest: ArtifactDigest, size: u64) -> Self {
        let reader = Reader { file, digest, hash: Sha256::new(), left: size };
        Self { reader: Some(reader), reading: None }
    }

    fn begin(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.reading = Some(tokio::task::spawn_blocking(move || reader.next()));
        }
    }
}

#[async_trait]
impl Feed<Vec<u8>, ArtifactError> for FileFeed {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, ArtifactError> {
        self.begin();
        let Some(reading) = &mut self.reading else { return Ok(None) };
        let read = reading.await;
        self.reading = None;
        let read = read.map_err(|error| ArtifactError::Unavailable { reason: error.to_string() })?;
        let (reader, chunk) = read?;
        if chunk.is_empty() {
            return Ok(None);
        }
        self.reader = Some(reader);
        self.begin();
        Ok(Some(chunk))
    }
}

impl Reader {
    /// The next chunk; an empty one is the end.
    fn next(mut self) -> ReadChunk {
        let length = self.left.min(CHUNK as u64);
        let mut chunk = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        let read =
            (&self.file).take(length).read_to_end(&mut chunk).map_err(|error: io::Error| failed(&error))?;
        self.hash.update(&chunk);
        self.left -= read as u64;
        let is_cut = (read as u64) < length;
        let is_other = self.left == 0 && <[u8; 32]>::from(self.hash.clone().finalize()) != self.digest.0;
        if is_cut || is_other {
            return Err(ArtifactError::Damaged(self.digest));
        }
        Ok((self, chunk))
    }
}

/// The digest of a whole file, from its beginning.
pub(super) fn hash(mut file: &File) -> io::Result<ArtifactDigest> {
    file.seek(SeekFrom::Start(0))?;
    let (mut hash, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(ArtifactDigest(hash.finalize().into())),
            read => hash.update(chunk.get(..read).unwrap_or_default()),
        }
    }
}
