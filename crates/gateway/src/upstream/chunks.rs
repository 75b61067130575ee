//! A body in chunks, as RFC 9112 section 7.1 has it, and nothing that only resembles it.

use bytes::BytesMut;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue};
use httparse::Status;

use super::answer_head::AnswerFlaw;
use super::decoder::{Step, skip, take};

/// The longest line with the size of a chunk. Nobody has a use for its extensions.
const LONGEST_LINE: usize = 4 * 1024;
/// How many bytes of such lines there may be beyond sizes, in a whole body.
const EXTENSIONS: usize = 16 * 1024;
/// How many bytes the trailers may have.
const TRAILERS: usize = 16 * 1024;
/// How many trailers there may be.
const MOST_TRAILERS: usize = 32;

/// What says where a message ends or which one it is cannot come after it.
const NEVER_BEHIND: [&HeaderName; 7] =
    [&CONNECTION, &CONTENT_LENGTH, &HOST, &TE, &TRAILER, &TRANSFER_ENCODING, &UPGRADE];

/// Reads a body in chunks.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    stage: Stage,
    extensions: usize,
}

#[derive(Debug, Default)]
enum Stage {
    /// The line with a size comes next.
    #[default]
    Size,
    /// So many bytes of a chunk are to come.
    Data(u64),
    /// The end of the line behind a chunk.
    DataEnd,
    /// Trailers, or the empty line in their place.
    Trailers,
}

impl Chunks {
    /// Takes the next part.
    pub(super) fn next(&mut self, incoming: &mut BytesMut) -> Result<Step, AnswerFlaw> {
        loop {
            match &mut self.stage {
                Stage::Size => match self.size(incoming)? {
                    None => return Ok(Step::More),
                    Some(0) => self.stage = Stage::Trailers,
                    Some(size) => self.stage = Stage::Data(size),
                },
                Stage::Data(0) => self.stage = Stage::DataEnd,
                Stage::Data(_) if incoming.is_empty() => return Ok(Step::More),
                Stage::Data(left) => return Ok(Step::Data(take(incoming, left))),
                Stage::DataEnd => match incoming.get(..2) {
                    Some(b"\r\n") => {
                        skip(incoming, 2);
                        self.stage = Stage::Size;
                    }
                    None if incoming.is_empty() || incoming[0] == b'\r' => return Ok(Step::More),
                    _ => return Err(AnswerFlaw::Chunk),
                },
                Stage::Trailers => return trailers(incoming),
            }
        }
    }

    fn size(&mut self, incoming: &mut BytesMut) -> Result<Option<u64>, AnswerFlaw> {
        let Some(end) = incoming.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n') else {
            return if incoming.len() < LONGEST_LINE { Ok(None) } else { Err(AnswerFlaw::Chunk) };
        };
        let line = incoming[..end].strip_suffix(b"\r").ok_or(AnswerFlaw::Chunk)?;
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let rest = &line[digits..];
        let is_extension = rest.trim_ascii_start().first().is_none_or(|byte| *byte == b';');
        let is_clean = rest.iter().all(|byte| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7F));
        self.extensions += rest.len();
        if !(1..=16).contains(&digits) || !is_extension || !is_clean || self.extensions > EXTENSIONS {
            return Err(AnswerFlaw::Chunk);
        }
        let size =
            std::str::from_utf8(&line[..digits]).ok().and_then(|text| u64::from_str_radix(text, 16).ok());
        skip(incoming, end + 1);
        size.map(Some).ok_or(AnswerFlaw::Chunk)
    }
}

fn trailers(incoming: &mut BytesMut) -> Result<Step, AnswerFlaw> {
    if incoming.starts_with(b"\r\n") {
        skip(incoming, 2);
        return Ok(Step::End);
    }
    let mut fields = [httparse::EMPTY_HEADER; MOST_TRAILERS];
    let (length, fields) = match httparse::parse_headers(incoming, &mut fields) {
        Ok(Status::Complete(parsed)) if parsed.0 <= TRAILERS => parsed,
        Ok(Status::Partial) if incoming.len() < TRAILERS => return Ok(Step::More),
        _ => return Err(AnswerFlaw::Trailers),
    };
    let mut trailers = HeaderMap::new();
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| AnswerFlaw::Trailers)?;
        let value = HeaderValue::from_bytes(field.value).map_err(|_| AnswerFlaw::Trailers)?;
        if !NEVER_BEHIND.contains(&&name) {
            trailers.append(name, value);
        }
    }
    skip(incoming, length);
    Ok(if trailers.is_empty() { Step::End } else { Step::Trailers(trailers) })
}
