//! The head of an answer, and what it says about where the answer ends.
//!
//! What could be read in two ways is refused: the client would take the rest of it for the answer to another request.

use std::mem::MaybeUninit;

use bytes::BytesMut;
use http::StatusCode;
use httparse::{ParserConfig, Status};
use hyper::ext::ReasonPhrase;
use thiserror::Error;

use super::decoder::Framing;
use super::fields::{Fields, Place};

/// How many bytes the head of an answer may have.
pub(crate) const LONGEST: usize = 64 * 1024;
/// How many headers it may have.
const MOST: usize = 100;

/// Why an answer cannot be passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum AnswerFlaw {
    /// Not HTTP/1, or something that HTTP does not allow.
    #[error("its head is not HTTP")]
    Head,
    /// More than the limit.
    #[error("its head has more than 100 headers or 64 KiB")]
    TooLarge,
    /// More interim answers than anybody needs.
    #[error("it has too many interim answers")]
    TooManyInterim,
    /// No number, or more than one.
    #[error("its length is not a number, or it has more than one")]
    Length,
    /// Something else than `chunked`.
    #[error("its transfer encoding is not `chunked`")]
    Encoding,
    /// A chunk that does not say where it ends.
    #[error("its chunks are malformed")]
    Chunk,
    /// Trailers that are not HTTP, or too many.
    #[error("its trailers are malformed")]
    Trailers,
    /// It said that more would come.
    #[error("it ended before it was whole")]
    CutShort,
}

/// The head of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AnswerHead {
    pub(crate) status: StatusCode,
    /// What the service calls the status, if that is not its usual name.
    pub(crate) reason: Option<ReasonPhrase>,
    pub(crate) fields: Fields,
    pub(crate) framing: Framing,
    /// The connection may be used again once the answer has ended.
    pub(crate) keeps: bool,
}

/// Takes a head from the beginning of what has come in; `None` if it is not there as a whole. `to_head` says whether the request
/// was for the head only.
pub(crate) fn take(incoming: &mut BytesMut, to_head: bool) -> Result<Option<AnswerHead>, AnswerFlaw> {
    let mut fields = [MaybeUninit::uninit(); MOST];
    let mut parsed = httparse::Response::new(&mut []);
    let status =
        ParserConfig::default().parse_response_with_uninit_headers(&mut parsed, incoming, &mut fields);
    let length = match status {
        Ok(Status::Complete(length)) if length <= LONGEST => length,
        Ok(Status::Partial) if incoming.len() < LONGEST => return Ok(None),
        Ok(_) | Err(httparse::Error::TooManyHeaders) => return Err(AnswerFlaw::TooLarge),
        Err(_) => return Err(AnswerFlaw::Head),
    };
    let (Some(code), Some(version)) = (parsed.code, parsed.version) else { return Err(AnswerFlaw::Head) };
    let status = StatusCode::from_u16(code).map_err(|_| AnswerFlaw::Head)?;
    let reason =
        parsed.reason.filter(|reason| !reason.is_empty() && status.canonical_reason() != Some(*reason));
    let reason = reason.and_then(|reason| ReasonPhrase::try_from(reason.as_bytes()).ok());
    let mut reading = Reading { is_11: version == 1, keeps: version == 1, ..Reading::default() };
    let base = incoming.as_ptr().addr();
    let mut places = Vec::with_capacity(parsed.headers.len());
    for field in &*parsed.headers {
        if reading.heed(field.name, field.value)? {
            places.push(Place::of(field, base));
        }
    }
    let framing = reading.framing(status, to_head);
    let keeps = reading.keeps && framing != Framing::UntilEnd;
    let length_said = reading.length_said(status);
    let head = incoming.split_to(length).freeze();
    let fields = Fields { head, places, length: length_said, names_more: reading.names_more };
    Ok(Some(AnswerHead { status, reason, fields, framing, keeps }))
}

/// What has been read about the end of an answer.
#[derive(Default)]
struct Reading {
    is_11: bool,
    keeps: bool,
    length: Option<u64>,
    is_chunked: bool,
    names_more: bool,
}

impl Reading {
    /// Whether a header stays.
    fn heed(&mut self, name: &str, value: &[u8]) -> Result<bool, AnswerFlaw> {
        if name.eq_ignore_ascii_case("content-length") {
            for part in value.split(|byte| *byte == b',') {
                let length = number(part.trim_ascii()).ok_or(AnswerFlaw::Length)?;
                if self.length.replace(length).is_some_and(|before| before != length) {
                    return Err(AnswerFlaw::Length);
                }
            }
            return Ok(false);
        }
        if name.eq_ignore_ascii_case("transfer-encoding") {
            // Twice `chunked` would be two layers, of which one would be left.
            if self.is_chunked || !value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                return Err(AnswerFlaw::Encoding);
            }
            self.is_chunked = true;
            return Ok(false);
        }
        if name.eq_ignore_ascii_case("connection") {
            for part in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
                let is_close = part.eq_ignore_ascii_case(b"close");
                self.keeps &= !is_close;
                self.names_more |= !is_close && !part.eq_ignore_ascii_case(b"keep-alive");
            }
        }
        Ok(true)
    }

    fn framing(&mut self, status: StatusCode, to_head: bool) -> Framing {
        if self.is_chunked && (!self.is_11 || self.length.is_some()) {
            // One of the two does not mean what it says; whatever follows may be anything.
            self.keeps = false;
        }
        if to_head || is_bare(status) || status == StatusCode::NOT_MODIFIED {
            Framing::Nothing
        } else if self.is_chunked {
            Framing::Chunks
        } else {
            self.length.map_or(Framing::UntilEnd, Framing::Length)
        }
    }

    fn length_said(&self, status: StatusCode) -> Option<u64> {
        self.length.filter(|_| !self.is_chunked && !is_bare(status))
    }
}

/// Whether an answer never says a length.
fn is_bare(status: StatusCode) -> bool {
    status.is_informational() || status == StatusCode::NO_CONTENT
}

/// A number of digits; a `u64` would also be read from `+5`.
fn number(text: &[u8]) -> Option<u64> {
    let is_digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if is_digits { std::str::from_utf8(text).ok()?.parse().ok() } else { None }
}
