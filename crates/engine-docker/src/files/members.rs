//! The members of an archive that arrives, for a library that waits while it reads.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use core_monitor_domain::container_file::{FileEntry, FileKind};
use core_monitor_domain::ports::{Clock, within};
use core_monitor_domain::time::Timestamp;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tar::EntryType;
use tokio::sync::mpsc;

use crate::classify;

/// How many pieces of the engine's answer may wait.
const WAITING: usize = 4;

/// How much of an archive is read.
#[derive(Clone)]
pub(super) struct Most {
    pub(super) bytes: u64,
    pub(super) time: Duration,
    pub(super) clock: Arc<dyn Clock>,
}

/// How an archive ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum End {
    /// It has not, or by itself.
    Whole,
    /// There was more than may be read.
    Cut,
    /// The engine broke it off.
    Broken,
}

/// The bytes of an archive. Reading waits, so it must be done on a thread for that.
pub(super) struct ArchiveBytes {
    pieces: mpsc::Receiver<Bytes>,
    piece: Bytes,
    end: Arc<AtomicU8>,
}

impl ArchiveBytes {
    /// Begins to receive. If nobody reads, the engine waits; if this is dropped, it stops.
    pub(super) fn of(mut body: Incoming, most: Option<Most>) -> Self {
        let (sender, pieces) = mpsc::channel(WAITING);
        let end = Arc::new(AtomicU8::new(End::Whole as u8));
        let noted = Arc::clone(&end);
        tokio::spawn(async move {
            let bytes = most.as_ref().map_or(u64::MAX, |most| most.bytes);
            let receiving = receive(&mut body, &sender, bytes);
            let end = match &most {
                Some(most) => within(&*most.clock, most.time, receiving).await.unwrap_or(End::Cut),
                None => receiving.await,
            };
            // Before the sender is dropped, which the reader takes for the end.
            noted.store(end as u8, Ordering::Release);
            drop(sender);
        });
        Self { pieces, piece: Bytes::new(), end }
    }

    /// How it ended, once nothing more can be read.
    pub(super) fn end(&self) -> Arc<AtomicU8> {
        Arc::clone(&self.end)
    }
}

/// The end that was noted.
pub(super) fn noted(end: &AtomicU8) -> End {
    match end.load(Ordering::Acquire) {
        cut if cut == End::Cut as u8 => End::Cut,
        broken if broken == End::Broken as u8 => End::Broken,
        _ => End::Whole,
    }
}

async fn receive(body: &mut Incoming, sender: &mpsc::Sender<Bytes>, most: u64) -> End {
    let mut left = most;
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => {
                tracing::debug!(error = classify::root_cause(&error), "the engine broke off an archive");
                return End::Broken;
            }
        };
        let Ok(piece) = frame.into_data() else { continue };
        let Some(rest) = left.checked_sub(piece.len() as u64) else { return End::Cut };
        left = rest;
        if sender.send(piece).await.is_err() {
            // Nobody wants more.
            return End::Whole;
        }
    }
    End::Whole
}

impl Read for ArchiveBytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.piece = piece,
                None => return Ok(0),
            }
        }
        let length = into.len().min(self.piece.len());
        if let (Some(into), Some(from)) = (into.get_mut(..length), self.piece.get(..length)) {
            into.copy_from_slice(from);
        }
        self.piece.advance(length);
        Ok(length)
    }
}

/// What a member is.
pub(super) fn entry(member: &tar::Entry<'_, impl Read>, name: &[u8]) -> FileEntry {
    let header = member.header();
    let kind = match header.entry_type() {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse | EntryType::Link => FileKind::File,
        EntryType::Directory => FileKind::Folder,
        EntryType::Symlink => FileKind::Link,
        _ => FileKind::Special,
    };
    let target = member.link_name_bytes().filter(|_| kind == FileKind::Link);
    let seconds = header.mtime().ok().and_then(|seconds| i64::try_from(seconds).ok());
    FileEntry {
        name: String::from_utf8_lossy(name).into_owned(),
        name_replaced: std::str::from_utf8(name).is_err(),
        kind,
        size: if kind == FileKind::File { member.size() } else { 0 },
        mode: header.mode().unwrap_or(0) & 0o7777,
        uid: header.uid().unwrap_or(0),
        gid: header.gid().unwrap_or(0),
        modified: seconds.and_then(|seconds| Timestamp::from_millis(seconds.checked_mul(1_000)?)),
        target: target.map(|target| String::from_utf8_lossy(&target).into_owned()),
    }
}
