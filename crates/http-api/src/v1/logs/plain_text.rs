//! Lines as the containers wrote them, for people.

use std::sync::Arc;

use core_monitor_application::server::{LogEnd, LogFrame, LogSource};
use core_monitor_domain::logs::{LogPiece, OutputStream};

use super::Render;
use super::frame::{interruption, last_words, words};
use crate::streaming::Interruption;

/// What a line begins with that no container wrote. A container's line that begins like this gets a space before it.
const OURS: &str = "### core-monitor: ";
/// Columns of the longest name that lines are aligned to.
const WIDEST: usize = 40;

/// As `docker compose logs` shows them: with the container's name before each line if there may be several.
#[derive(Default)]
pub(super) struct PlainText {
    has_names: bool,
    has_times: bool,
    raw: bool,
    /// Whose unfinished line is being written.
    open: Option<(Arc<LogSource>, OutputStream)>,
    /// Columns of the longest name so far.
    width: usize,
}

impl PlainText {
    pub(super) fn new(has_names: bool, has_times: bool, raw: bool) -> Self {
        Self { has_names, has_times, raw, ..Self::default() }
    }

    fn line(&mut self, source: Arc<LogSource>, piece: &LogPiece, out: &mut Vec<u8>) {
        let goes_on = piece.continued
            && self.open.as_ref().is_some_and(|(open, stream)| *open == source && *stream == piece.stream);
        if !goes_on {
            self.break_line(out);
            self.begin(&source, piece, out);
        }
        out.extend_from_slice(piece.text.as_bytes());
        if piece.unfinished {
            self.open = Some((source, piece.stream));
        } else {
            self.open = None;
            out.push(b'\n');
        }
    }

    fn begin(&mut self, source: &LogSource, piece: &LogPiece, out: &mut Vec<u8>) {
        if self.has_names {
            let name = match (&source.service, source.slot) {
                (Some(service), Some(slot)) => format!("{service}-{slot}"),
                _ => source.name.clone(),
            };
            self.width = self.width.max(name.chars().count().min(WIDEST));
            out.extend_from_slice(format!("{name:width$} | ", width = self.width).as_bytes());
        }
        if self.has_times {
            out.extend_from_slice(format!("{} ", piece.at).as_bytes());
        }
        let is_bare = !self.has_names && !self.has_times && !self.raw;
        if is_bare && piece.text.as_bytes().starts_with(OURS.trim_end().as_bytes()) {
            out.push(b' ');
        }
    }

    /// Ends an unfinished line: something else comes first.
    fn break_line(&mut self, out: &mut Vec<u8>) {
        if self.open.take().is_some() {
            out.push(b'\n');
        }
    }

    fn say(&mut self, words: &str, out: &mut Vec<u8>) {
        self.break_line(out);
        out.extend_from_slice(OURS.as_bytes());
        out.extend_from_slice(core_monitor_message::harmless(words).as_bytes());
        out.push(b'\n');
    }
}

impl Render for PlainText {
    const FRAME: usize = 32;

    fn frame(&mut self, frame: LogFrame, out: &mut Vec<u8>) {
        match frame {
            LogFrame::Line { source, piece } => self.line(source, &piece, out),
            LogFrame::Marker { source, marker } => self.say(words(&source, &marker).text(), out),
            LogFrame::End(LogEnd::Complete) => self.break_line(out),
            LogFrame::End(end) => match last_words(end) {
                (_, message, Some(problem)) => self.say(&format!("{message}: {problem}"), out),
                (_, message, None) => self.say(message.text(), out),
            },
        }
    }

    /// Nothing can be said between lines that is not one.
    fn idle(&mut self, _: &mut Vec<u8>) {}

    fn interrupted(&mut self, why: Interruption, out: &mut Vec<u8>) {
        self.say(interruption(why).1.text(), out);
    }
}
