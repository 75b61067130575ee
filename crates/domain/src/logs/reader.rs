//! From the entries of one container to what is delivered.

use std::sync::Arc;

use super::line::{Chosen, Line};
use super::{Grep, LineEnd, LogEntry, LogText, LogTime, Mark, OutputStream, Position};
use crate::secret_variable::Redactor;

/// How lines are made.
#[derive(Debug, Clone, Default)]
pub struct LogReading {
    /// Keep escape sequences, control characters and what is no UTF-8.
    pub raw: bool,
    /// Only lines that contain this.
    pub grep: Option<Grep>,
    /// The values that are hidden, also in raw output.
    pub secrets: Arc<Redactor>,
    /// Whether entries before the first one were left out on purpose.
    pub is_cut: bool,
}

/// A line, or a part of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPiece {
    /// When it was written.
    pub at: LogTime,
    /// Where it was written to.
    pub stream: OutputStream,
    /// What was written, without the line end.
    pub text: LogText,
    /// Whether it goes on with the line of the piece before it of the same stream.
    pub continued: bool,
    /// Whether the line goes on with the next piece of the same stream.
    pub unfinished: bool,
    /// Where a reader goes on that has this piece.
    pub position: Position,
}

/// Reads the entries of one container, in the order of the engine.
///
/// A reader that starts at a [`Position`] gets entries from a little before it: it delivers none of those that are before
/// it, but lets them set the state of the line it is in, so that what it delivers does not depend on where it started.
#[derive(Debug)]
pub struct LogReader {
    reading: LogReading,
    position: Position,
    lines: [Line; 2],
    /// What is still before the start of each stream.
    before: [Option<Before>; 2],
    /// The last entry before the start, until it is found. Everything that was not delivered is behind it.
    newest: Option<(OutputStream, Mark)>,
    missed: bool,
}

/// The rest of the way to the start.
#[derive(Debug)]
struct Before {
    until: Mark,
    seen: u32,
}

impl LogReader {
    /// Reads from the first entry that it is given.
    pub fn new(reading: LogReading) -> Self {
        Self {
            reading,
            position: Position::default(),
            lines: Default::default(),
            before: [None, None],
            newest: None,
            missed: false,
        }
    }

    /// Goes on at a position. It is to be given the entries from [`Position::since`] on.
    #[must_use]
    pub fn from(mut self, position: Position) -> Self {
        self.position = position;
        self.before = match position.resumed() {
            Some(marks) => marks.map(|until| Some(Before { until, seen: 0 })),
            None => [None, None],
        };
        let marks = OutputStream::ALL.into_iter().filter_map(|stream| Some((stream, position.mark(stream)?)));
        self.newest = marks.max_by_key(|(_, mark)| (mark.at, mark.count)).filter(|(_, mark)| mark.count > 0);
        self.missed = false;
        self.lines = Default::default();
        self
    }

    /// Where a reader goes on that has everything delivered so far.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Whether the last entry before the start was not there: something between it and the first piece may be missing,
    /// because the engine no longer has it.
    pub fn has_missed(&self) -> bool {
        self.missed
    }

    /// Whether the last entry before the start was found or missed: everything that follows is new.
    pub fn has_begun(&self) -> bool {
        self.newest.is_none()
    }

    /// What is delivered of the next entry: usually one piece.
    pub fn read(&mut self, entry: LogEntry, deliver: &mut impl FnMut(LogPiece)) {
        let (at, stream) = (entry.at, entry.stream);
        let is_before = self.is_before(stream, at);
        if self.lines[stream as usize].open.is_some_and(|open| open != at) {
            // The run ended in the middle of the line.
            self.close(stream, deliver);
        }
        let unfinished = entry.end == LineEnd::Continues;
        let line = &mut self.lines[stream as usize];
        let continued = line.open.is_some();
        let text = line.text(entry.bytes, unfinished, &self.reading);
        line.open = unfinished.then_some(at);
        let piece = LogPiece { at, stream, text, continued, unfinished, position: Position::default() };
        self.choose(Chosen { piece, counts: !is_before, is_new: !is_before }, deliver);
    }

    /// The run has ended: what is delivered of unfinished lines. A feed that broke off has not ended.
    pub fn end(&mut self, deliver: &mut impl FnMut(LogPiece)) {
        for stream in OutputStream::ALL {
            self.close(stream, deliver);
        }
    }

    fn is_before(&mut self, stream: OutputStream, at: LogTime) -> bool {
        let before = &mut self.before[stream as usize];
        let is_before = match before {
            None => false,
            Some(Before { until, .. }) if at < until.at => true,
            Some(Before { until, seen }) if at == until.at && *seen < until.count => {
                *seen += 1;
                true
            }
            Some(_) => {
                *before = None;
                false
            }
        };
        if let Some((of, mark)) = self.newest {
            self.look_for(of, mark, (stream, at), is_before);
        }
        is_before
    }

    /// Whether the last entry before the start is found, or is not there. Once it is found, what follows is new, even if the
    /// clock was set back.
    fn look_for(&mut self, of: OutputStream, mark: Mark, entry: (OutputStream, LogTime), is_before: bool) {
        let (stream, at) = entry;
        if !is_before {
            self.missed |= of == stream || at > mark.at;
            self.newest = self.newest.filter(|_| !self.missed);
        } else if of == stream
            && at == mark.at
            && self.before[of as usize].as_ref().is_some_and(|before| before.seen >= mark.count)
        {
            self.before[of as usize] = None;
            self.newest = None;
        }
    }

    /// Ends a line without an entry.
    fn close(&mut self, stream: OutputStream, deliver: &mut impl FnMut(LogPiece)) {
        let line = &mut self.lines[stream as usize];
        let Some(at) = line.open.take() else { return };
        let text = line.rest();
        let piece =
            LogPiece { at, stream, text, continued: true, unfinished: false, position: Position::default() };
        // Its entries have been counted.
        let is_new = self.before[stream as usize].is_none();
        self.choose(Chosen { piece, counts: false, is_new }, deliver);
    }

    /// Delivers what is known to be wanted.
    fn choose(&mut self, next: Chosen, deliver: &mut impl FnMut(LogPiece)) {
        let line = &mut self.lines[next.piece.stream as usize];
        let (position, is_cut) = (&mut self.position, self.reading.is_cut);
        line.choose(
            next,
            self.reading.grep.as_ref(),
            &mut |Chosen { mut piece, counts, is_new }, is_wanted| {
                if counts {
                    position.advance(piece.stream, piece.at, is_cut);
                }
                if is_wanted && is_new {
                    piece.position = *position;
                    deliver(piece);
                }
            },
        );
    }
}

#[cfg(test)]
mod tests;
