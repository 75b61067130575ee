//! Fetching a file or an archive, in parts.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU8;

use async_trait::async_trait;
use bytes::Bytes;
use core_monitor_domain::container_file::{FileEntry, FileKind, FileRefusal};
use core_monitor_domain::ports::{EngineError, Feed, FetchedFile, FilesError};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::sync::{mpsc, oneshot};

use super::Result;
use super::members::{ArchiveBytes, End, entry, noted};
use crate::classify;

/// Size of a part in bytes.
const PART: usize = 64 << 10;
/// How many parts may wait.
const WAITING: usize = 2;

fn broken() -> EngineError {
    EngineError::Unavailable { reason: "the engine broke off a file".to_owned() }
}

/// The first member of an archive, which is a file.
pub(super) async fn content(archive: Incoming) -> Result<FetchedFile<EngineError>> {
    let bytes = ArchiveBytes::of(archive, None);
    let end = bytes.end();
    let (head, first) = oneshot::channel();
    let (sender, parts) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || read(bytes, head, &sender));
    let entry: FileEntry = first.await.map_err(|_| broken())?;
    if entry.kind != FileKind::File {
        // It was replaced in between.
        return Err(FilesError::Refused(FileRefusal::NotAFile { kind: entry.kind, target: entry.target }));
    }
    let left = entry.size;
    Ok(FetchedFile { entry, content: Box::new(Content { parts, left, end }) })
}

fn read(bytes: ArchiveBytes, head: oneshot::Sender<FileEntry>, sender: &mpsc::Sender<Vec<u8>>) {
    let mut archive = tar::Archive::new(bytes);
    let Some(Ok(mut member)) = archive.entries().ok().and_then(|mut members| members.next()) else { return };
    let path = member.path_bytes().into_owned();
    let name = path.split(|byte| *byte == b'/').rfind(|part| !part.is_empty()).unwrap_or_default();
    if head.send(entry(&member, name)).is_err() {
        return;
    }
    loop {
        let mut part = Vec::with_capacity(PART);
        // What is missing is noticed by whoever counts.
        match member.by_ref().take(PART as u64).read_to_end(&mut part) {
            Ok(length) if length > 0 => {}
            _ => return,
        }
        if sender.blocking_send(part).is_err() {
            return;
        }
    }
}

struct Content {
    parts: mpsc::Receiver<Vec<u8>>,
    left: u64,
    end: Arc<AtomicU8>,
}

#[async_trait]
impl Feed<Vec<u8>, EngineError> for Content {
    async fn next(&mut self) -> std::result::Result<Option<Vec<u8>>, EngineError> {
        match self.parts.recv().await {
            Some(part) => {
                self.left = self.left.saturating_sub(part.len() as u64);
                Ok(Some(part))
            }
            None if self.left > 0 || noted(&self.end) == End::Broken => Err(broken()),
            None => Ok(None),
        }
    }
}

/// The archive as it comes.
pub(super) fn whole(archive: Incoming, entry: FileEntry) -> FetchedFile<EngineError> {
    FetchedFile { entry, content: Box::new(Whole { body: archive, rest: Bytes::new() }) }
}

struct Whole {
    body: Incoming,
    rest: Bytes,
}

#[async_trait]
impl Feed<Vec<u8>, EngineError> for Whole {
    async fn next(&mut self) -> std::result::Result<Option<Vec<u8>>, EngineError> {
        while self.rest.is_empty() {
            match self.body.frame().await {
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => {
                    tracing::debug!(error = classify::root_cause(&error), "the engine broke off an archive");
                    return Err(broken());
                }
                None => return Ok(None),
            }
        }
        Ok(Some(self.rest.split_to(self.rest.len().min(PART)).to_vec()))
    }
}
