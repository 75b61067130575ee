//! The output of one container from a position on.

use std::sync::Arc;
use std::vec;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::logs::{LogEntry, LogPiece, LogReader, LogReading, LogRequest, LogTail, Position};
use core_monitor_domain::ports::{ContainerOutput, EngineLink, LinkError, LogFeed};

/// Entries that are looked through first for the place to go on at. The engine finds the last ones without reading the whole
/// log; only if the place is further back, it reads everything.
const LOOKED_AT_FIRST: u32 = 2_000;

/// Bytes of entries that are made into pieces at once. The worker sends more of them at a time, and everything that is made of a
/// large batch would be large at the same time: pieces, frames, and the part of the answer.
const AT_ONCE: usize = 16 << 10;
/// What an entry costs besides its text.
const ENTRY_COST: usize = 100;
/// Pieces for which there is room from the beginning: those of lines of usual length.
const USUAL: usize = 96;

/// A log that is being read.
pub(super) struct Output {
    link: Arc<dyn EngineLink>,
    pub(super) container: ContainerId,
    request: LogRequest,
    reading: LogReading,
    reader: LogReader,
    feed: LogFeed<LinkError>,
    /// What has come of the log and was not looked at yet.
    waiting: vec::IntoIter<LogEntry>,
    /// Where it began.
    start: Position,
    /// Whether only the last entries were asked for, and the start may be further back.
    limited: bool,
    told: bool,
}

/// Whether there is anything to read.
pub(super) enum Opened {
    Output(Box<Output>),
    Unreadable { driver: String },
}

/// What was read.
pub(super) enum Read {
    /// The next pieces.
    Pieces(Vec<LogPiece>),
    /// The same, but something before them is missing.
    Missed(Vec<LogPiece>),
    /// The last pieces: all that there is, or the container's run has ended.
    End(Vec<LogPiece>),
}

impl Output {
    /// Asks the engine. `request` is for a container that has delivered nothing; one that has goes on at `start`.
    pub(super) async fn open(
        link: Arc<dyn EngineLink>,
        container: &ContainerId,
        request: LogRequest,
        reading: LogReading,
        start: Position,
    ) -> Result<Opened, LinkError> {
        // A position may be a little before what is wanted at all.
        let (asked, limited) = match start.since_within(request.since) {
            Some(since) => {
                let tail = LogTail::Last(LOOKED_AT_FIRST);
                (LogRequest { tail, since: Some(since), ..request.clone() }, true)
            }
            None => (request.clone(), false),
        };
        Ok(match link.read_logs(container, &asked).await? {
            ContainerOutput::Unreadable { driver } => Opened::Unreadable { driver },
            ContainerOutput::Readable(feed) => {
                let reader = LogReader::new(reading.clone()).from(start);
                let container = container.clone();
                let (waiting, told) = (Vec::new().into_iter(), false);
                let output =
                    Self { link, container, request, reading, reader, feed, waiting, start, limited, told };
                Opened::Output(Box::new(output))
            }
        })
    }

    /// Where a reader goes on that has everything read so far.
    pub(super) fn position(&self) -> Position {
        self.reader.position()
    }

    /// Reads on.
    pub(super) async fn next(&mut self) -> Result<Read, LinkError> {
        loop {
            if self.waiting.as_slice().is_empty() {
                let Some(entries) = self.feed.next().await? else {
                    let mut pieces = Vec::new();
                    self.reader.end(&mut |piece| pieces.push(piece));
                    return Ok(Read::End(pieces));
                };
                self.waiting = entries.into_iter();
            }
            let pieces = self.read_waiting();
            if self.reader.has_missed() && self.limited {
                self.read_everything().await?;
                continue;
            }
            if self.reader.has_missed() && !self.told {
                self.told = true;
                return Ok(Read::Missed(pieces));
            }
            if !pieces.is_empty() {
                return Ok(Read::Pieces(pieces));
            }
        }
    }

    /// Reads some of what has come; all of it as long as it may turn out that reading has to begin further back.
    fn read_waiting(&mut self) -> Vec<LogPiece> {
        let most = if self.limited && !self.reader.has_begun() { usize::MAX } else { AT_ONCE };
        let mut pieces = Vec::with_capacity(self.waiting.len().min(USUAL));
        let mut size = 0;
        while size < most
            && let Some(entry) = self.waiting.next()
        {
            size += entry.bytes.len() + ENTRY_COST;
            self.reader.read(entry, &mut |piece| pieces.push(piece));
        }
        pieces
    }

    /// Begins again, from further back.
    async fn read_everything(&mut self) -> Result<(), LinkError> {
        self.limited = false;
        self.waiting = Vec::new().into_iter();
        let since = self.start.since_within(self.request.since);
        let request = LogRequest { tail: LogTail::All, since, ..self.request.clone() };
        match self.link.read_logs(&self.container, &request).await? {
            ContainerOutput::Readable(feed) => self.feed = feed,
            ContainerOutput::Unreadable { driver } => {
                return Err(LinkError::Refused {
                    message: format!("the log driver `{driver}` cannot be read"),
                });
            }
        }
        self.reader = LogReader::new(self.reading.clone()).from(self.start);
        Ok(())
    }
}
