//! The body of an answer, out of what comes in over a connection.

use bytes::{Buf as _, Bytes, BytesMut};
use http::HeaderMap;

use super::answer_head::AnswerFlaw;
use super::chunks::Chunks;

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// There is none.
    Nothing,
    /// After so many bytes.
    Length(u64),
    /// After the last chunk and its trailers.
    Chunks,
    /// With the connection.
    UntilEnd,
}

/// Reads one body.
#[derive(Debug)]
pub(crate) enum Decoder {
    /// So many bytes are still to come.
    Length(u64),
    /// In chunks.
    Chunks(Chunks),
    /// Until the connection ends.
    UntilEnd,
    /// All of it has been read.
    Ended,
}

/// What comes next of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Some of it, never nothing.
    Data(Bytes),
    /// The trailers, and with them its end.
    Trailers(HeaderMap),
    /// More has to come in first.
    More,
    /// Its end.
    End,
}

impl Decoder {
    pub(crate) fn new(framing: Framing) -> Self {
        match framing {
            Framing::Nothing | Framing::Length(0) => Self::Ended,
            Framing::Length(length) => Self::Length(length),
            Framing::Chunks => Self::Chunks(Chunks::default()),
            Framing::UntilEnd => Self::UntilEnd,
        }
    }

    /// Takes the next part from the beginning of what has come in.
    pub(crate) fn next(&mut self, incoming: &mut BytesMut) -> Result<Step, AnswerFlaw> {
        let step = match self {
            Self::Ended => Step::End,
            _ if incoming.is_empty() => Step::More,
            Self::UntilEnd => Step::Data(incoming.split().freeze()),
            Self::Length(left) => Step::Data(take(incoming, left)),
            Self::Chunks(chunks) => chunks.next(incoming)?,
        };
        if matches!(step, Step::End | Step::Trailers(_)) || matches!(self, Self::Length(0)) {
            *self = Self::Ended;
        }
        Ok(step)
    }

    /// Nothing more comes in.
    pub(crate) fn close(&mut self) -> Result<(), AnswerFlaw> {
        match std::mem::replace(self, Self::Ended) {
            Self::UntilEnd | Self::Ended => Ok(()),
            Self::Length(_) | Self::Chunks(_) => Err(AnswerFlaw::CutShort),
        }
    }

    /// Whether all of it has been read.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self, Self::Ended)
    }

    /// How many bytes are still to come, if that is known.
    pub(crate) fn left(&self) -> Option<u64> {
        match self {
            Self::Ended => Some(0),
            Self::Length(left) => Some(*left),
            Self::Chunks(_) | Self::UntilEnd => None,
        }
    }
}

/// What there is of the next `left` bytes.
pub(super) fn take(incoming: &mut BytesMut, left: &mut u64) -> Bytes {
    let count = usize::try_from(*left).unwrap_or(usize::MAX).min(incoming.len());
    *left -= count as u64;
    if count == incoming.len() {
        return incoming.split().freeze();
    }
    incoming.split_to(count).freeze()
}

/// Drops the beginning.
pub(super) fn skip(incoming: &mut BytesMut, count: usize) {
    incoming.advance(count);
}
