//! The line that a stream is in.

use std::mem;

use super::plain::Plain;
use super::raw::Raw;
use super::{Grep, LogPiece, LogReading, LogText, LogTime};
use crate::secret_variable::REDACTED;

/// What is known of it.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The time of an unfinished one.
    pub(super) open: Option<LogTime>,
    plain: Plain,
    raw: Raw,
    /// What may be the beginning of a secret value.
    held: Vec<u8>,
    /// Whether something of the stream was read. Before that, nobody knows whether a line has begun earlier.
    is_known: bool,
    choice: Choice,
}

/// Whether it contains what is looked for.
#[derive(Debug, Default)]
enum Choice {
    /// Nothing of it was searched.
    #[default]
    Open,
    /// Not yet known: its pieces are kept, and their text.
    Kept(Vec<Chosen>, String),
    Wanted,
    Unwanted,
}

/// A piece on the way to the reader.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) piece: LogPiece,
    /// Whether it is an entry that moves the position.
    pub(super) counts: bool,
    /// Whether it is behind the start.
    pub(super) is_new: bool,
}

impl Line {
    /// What may be shown of its next bytes.
    pub(super) fn text(&mut self, bytes: Vec<u8>, unfinished: bool, reading: &LogReading) -> LogText {
        let bytes = if reading.raw { bytes } else { self.plain.text(bytes, !unfinished).into_bytes() };
        if reading.secrets.is_empty() {
            return bytes.into();
        }
        let whole = if self.held.is_empty() { bytes } else { [mem::take(&mut self.held), bytes].concat() };
        let mut shown = reading.secrets.redact_bytes(whole);
        let is_first = !mem::replace(&mut self.is_known, true);
        let begun = if reading.raw {
            self.raw.hide(&mut shown, &reading.secrets, is_first, unfinished)
        } else {
            let ended = if is_first { reading.secrets.ended(&shown) } else { 0 };
            if ended > 0 {
                shown.splice(..ended, REDACTED.bytes());
            }
            if unfinished { reading.secrets.begun(&shown) } else { 0 }
        };
        self.held = shown.split_off(shown.len() - begun);
        shown.into()
    }

    /// What was held back of a line that ends here.
    pub(super) fn rest(&mut self) -> LogText {
        (self.plain, self.raw) = (Plain::default(), Raw::default());
        mem::take(&mut self.held).into()
    }

    /// Hands over the pieces whose fate is known, and whether they are wanted.
    pub(super) fn choose(
        &mut self,
        next: Chosen,
        grep: Option<&Grep>,
        hand_over: &mut impl FnMut(Chosen, bool),
    ) {
        let Some(grep) = grep else { return hand_over(next, true) };
        let unfinished = next.piece.unfinished;
        let (mut kept, mut searched) = match mem::take(&mut self.choice) {
            Choice::Open => (Vec::new(), String::new()),
            Choice::Kept(kept, searched) => (kept, searched),
            Choice::Wanted => return self.decided(true, unfinished, next, hand_over),
            Choice::Unwanted => return self.decided(false, unfinished, next, hand_over),
        };
        searched.push_str(&next.piece.text.lossy());
        let matches = grep.matches(&searched);
        if unfinished && !matches && !Grep::is_enough(searched.len()) {
            kept.push(next);
            self.choice = Choice::Kept(kept, searched);
            return;
        }
        for piece in kept {
            hand_over(piece, matches);
        }
        self.decided(matches, unfinished, next, hand_over);
    }

    fn decided(
        &mut self,
        is_wanted: bool,
        unfinished: bool,
        next: Chosen,
        hand_over: &mut impl FnMut(Chosen, bool),
    ) {
        hand_over(next, is_wanted);
        self.choice = match (unfinished, is_wanted) {
            (false, _) => Choice::Open,
            (true, true) => Choice::Wanted,
            (true, false) => Choice::Unwanted,
        };
    }
}
