//! The entries in the body of a container's log, however it arrives.

use bytes::{Buf as _, BytesMut};
use core_monitor_domain::logs::{ENTRY, LineEnd, LogEntry, LogTime, OutputStream};
use core_monitor_domain::ports::EngineError;

use crate::follow::Form;
use crate::logs::HEADER;

/// The longest time before an entry, with the space behind it.
const LONGEST_TIME: usize = 40;
/// The usual time, with the space.
const TIME: usize = 31;
/// The longest message of the engine in its own stream.
const LONGEST_MESSAGE: usize = 4 << 10;

/// Reads the body of a log that was asked for with times.
///
/// The engine sends each entry with a frame and a time of its own. The log of a terminal has no frames: there, an entry ends
/// with a line feed, or after exactly [`ENTRY`] bytes if the time of the next one follows.
#[derive(Debug)]
pub(crate) struct Entries {
    form: Form,
    buffer: BytesMut,
    /// The frame that has begun.
    frame: Option<Frame>,
    /// The time of the last entry, for what has none.
    last: LogTime,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    stream: OutputStream,
    /// Unread bytes of it.
    left: usize,
    /// Its time, once that was read.
    at: Option<LogTime>,
}

impl Entries {
    pub(crate) fn new(form: Form) -> Self {
        Self { form, buffer: BytesMut::new(), frame: None, last: LogTime(0) }
    }

    /// Takes what has arrived.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next entry of what has arrived, or `None` if more is needed.
    pub(crate) fn next(&mut self) -> Result<Option<LogEntry>, EngineError> {
        match self.form {
            Form::Plain => Ok(self.of_terminal(false)),
            Form::Multiplexed => self.of_frames(),
        }
    }

    /// The last entry, at the end of the body, unless that is incomplete.
    pub(crate) fn end(&mut self) -> Result<Option<LogEntry>, EngineError> {
        match self.form {
            Form::Plain => Ok(self.of_terminal(true)),
            Form::Multiplexed if self.buffer.is_empty() && self.frame.is_none() => Ok(None),
            Form::Multiplexed => Err(broken("it ended in the middle of a frame")),
        }
    }

    fn of_frames(&mut self) -> Result<Option<LogEntry>, EngineError> {
        loop {
            let frame = match self.frame {
                Some(frame) => frame,
                None => match self.header()? {
                    Some(frame) => frame,
                    None => return Ok(None),
                },
            };
            if frame.left == 0 {
                self.frame = None;
                continue;
            }
            self.frame = Some(frame);
            // A longer entry, of a log driver that keeps such, comes in parts of the usual length.
            let most = if frame.at.is_none() { LONGEST_TIME + ENTRY + 1 } else { ENTRY + 1 };
            if self.buffer.len() < frame.left.min(most) {
                return Ok(None);
            }
            return Ok(Some(self.part(frame)));
        }
    }

    /// The entry at the start of the buffer, which has enough of its frame.
    fn part(&mut self, mut frame: Frame) -> LogEntry {
        let at = if let Some(at) = frame.at {
            at
        } else {
            let (at, length) = self.time(frame.left);
            self.buffer.advance(length);
            frame.left -= length;
            at
        };
        let text = self.buffer.get(..frame.left.min(ENTRY + 1)).unwrap_or_default();
        let is_last = text.len() == frame.left;
        let (length, end) = match text {
            [text @ .., b'\n'] if is_last => (text.len(), LineEnd::Newline),
            text if is_last && text.len() < ENTRY => (text.len(), LineEnd::Missing),
            text => (text.len().min(ENTRY), LineEnd::Continues),
        };
        let bytes = self.buffer.split_to(length).to_vec();
        frame.left -= length;
        if end == LineEnd::Newline {
            self.buffer.advance(1);
            frame.left -= 1;
        }
        self.frame = (frame.left > 0).then_some(Frame { at: Some(at), ..frame });
        LogEntry { at, stream: frame.stream, bytes, end }
    }

    /// The time at the start of the buffer, and how long it is with its space; that of the entry before if there is none.
    fn time(&mut self, within: usize) -> (LogTime, usize) {
        let head = self.buffer.get(..within.min(LONGEST_TIME).min(self.buffer.len())).unwrap_or_default();
        let end = head.iter().position(|byte| *byte == b' ');
        let time = end.and_then(|end| Some((LogTime::read(head.get(..end)?)?, end + 1)));
        let (at, length) = time.unwrap_or((self.last, 0));
        self.last = at;
        (at, length)
    }

    fn header(&mut self) -> Result<Option<Frame>, EngineError> {
        let Some(header) = self.buffer.first_chunk::<HEADER>() else { return Ok(None) };
        let length = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let left = usize::try_from(length).unwrap_or(usize::MAX);
        let stream = match header[0] {
            0 | 1 => OutputStream::Stdout,
            2 => OutputStream::Stderr,
            // The engine's error stream.
            3 => {
                let message = self.buffer.get(HEADER..).unwrap_or_default();
                if message.len() < left.min(LONGEST_MESSAGE) {
                    return Ok(None);
                }
                let message = message.get(..left.min(LONGEST_MESSAGE)).unwrap_or_default();
                return Err(broken(String::from_utf8_lossy(message).trim()));
            }
            other => return Err(broken(&format!("unknown stream {other}"))),
        };
        self.buffer.advance(HEADER);
        Ok(Some(Frame { stream, left, at: None }))
    }

    /// A terminal has one stream. `ended` if nothing more will come.
    fn of_terminal(&mut self, ended: bool) -> Option<LogEntry> {
        let at = if let Some(Frame { at: Some(at), .. }) = self.frame {
            at
        } else {
            let is_enough = self.buffer.len() >= LONGEST_TIME || self.buffer.contains(&b'\n') || ended;
            if self.buffer.is_empty() || !is_enough {
                return None;
            }
            let (at, length) = self.time(usize::MAX);
            self.buffer.advance(length);
            at
        };
        // Remembers the time in case the rest is not there yet.
        self.frame = Some(Frame { stream: OutputStream::Stdout, left: usize::MAX, at: Some(at) });
        let searched = self.buffer.get(..self.buffer.len().min(ENTRY + 1)).unwrap_or_default();
        let newline = searched.iter().position(|byte| *byte == b'\n');
        let is_long = self.buffer.len() >= ENTRY + TIME || (ended && self.buffer.len() >= ENTRY);
        let (length, end) = match newline {
            Some(at) => (at, LineEnd::Newline),
            None if is_long => (ENTRY, LineEnd::Continues),
            None if ended => (self.buffer.len(), LineEnd::Missing),
            None => return None,
        };
        let bytes = self.buffer.split_to(length).to_vec();
        match end {
            LineEnd::Newline => self.buffer.advance(1),
            LineEnd::Missing => (),
            LineEnd::Continues if self.is_at_time() => (),
            // The next part belongs to the same entry.
            LineEnd::Continues => return Some(LogEntry { at, stream: OutputStream::Stdout, bytes, end }),
        }
        self.frame = None;
        Some(LogEntry { at, stream: OutputStream::Stdout, bytes, end })
    }

    fn is_at_time(&self) -> bool {
        let head = self.buffer.get(..TIME).unwrap_or_default();
        head.split_last().is_some_and(|(space, time)| *space == b' ' && LogTime::fixed(time).is_some())
    }
}

pub(crate) fn broken(reason: &str) -> EngineError {
    EngineError::Unavailable { reason: format!("the container's output was interrupted: {reason}") }
}

#[cfg(test)]
mod tests;
