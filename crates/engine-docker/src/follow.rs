//! Output of a process, in the engine's framing.

use bytes::{Buf, BytesMut};
use core_monitor_domain::ports::{EngineError, OutputChunk, OutputStream};

use crate::logs::HEADER;

/// Maximum size of a chunk in bytes.
const MAX_CHUNK: usize = 16 << 10;
/// How much is read at once, in bytes: the engine copies output in pieces of this size.
const READ: usize = 32 << 10;

fn broken(reason: &str) -> EngineError {
    EngineError::Unavailable { reason: format!("the container's output was interrupted: {reason}") }
}

/// The format of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A terminal has one stream.
    Plain,
    /// Each frame has a header: the stream, three zeros, the length in big endian.
    Multiplexed,
}

/// Separates the streams, however the body is split into pieces.
#[derive(Debug)]
pub(crate) struct Demux {
    form: Form,
    buffer: BytesMut,
    /// The stream of the current frame, and its remaining bytes.
    part: Option<(OutputStream, usize)>,
}

impl Demux {
    pub(crate) fn new(form: Form) -> Self {
        Self { form, buffer: BytesMut::new(), part: None }
    }

    /// Where to put what arrives. Without room, a buffer makes some for 64 bytes, and each of these would become a chunk.
    pub(crate) fn buffer(&mut self) -> &mut BytesMut {
        self.buffer.reserve(READ);
        &mut self.buffer
    }

    /// Whether it may end here.
    pub(crate) fn is_between_frames(&self) -> bool {
        self.buffer.is_empty() && self.part.is_none()
    }

    /// The next chunk of the received data, or `None` if more data is needed.
    pub(crate) fn next(&mut self) -> Result<Option<OutputChunk>, EngineError> {
        loop {
            let (stream, left) = match (self.form, self.part) {
                (Form::Plain, _) => (OutputStream::Stdout, usize::MAX),
                (Form::Multiplexed, Some(part)) => part,
                (Form::Multiplexed, None) => match self.header()? {
                    Some(part) => part,
                    None => return Ok(None),
                },
            };
            let length = left.min(self.buffer.len()).min(MAX_CHUNK);
            let bytes = self.buffer.split_to(length).to_vec();
            if self.form == Form::Multiplexed {
                self.part = (length < left).then_some((stream, left - length));
            }
            if !bytes.is_empty() {
                return Ok(Some(OutputChunk { stream, bytes }));
            }
            // Either an empty frame, which may be followed by another one, or no data.
            if self.buffer.is_empty() {
                return Ok(None);
            }
        }
    }

    fn header(&mut self) -> Result<Option<(OutputStream, usize)>, EngineError> {
        let Some(header) = self.buffer.first_chunk::<HEADER>() else { return Ok(None) };
        let length = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let stream = match header[0] {
            0 | 1 => OutputStream::Stdout,
            2 => OutputStream::Stderr,
            // The engine's error stream.
            3 => return Err(broken("the engine reported an error")),
            other => return Err(broken(&format!("unknown stream {other}"))),
        };
        self.buffer.advance(HEADER);
        Ok(Some((stream, usize::try_from(length).unwrap_or(usize::MAX))))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn part(stream: u8, text: &str) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap().to_be_bytes();
        [&[stream, 0, 0, 0], &length[..], text.as_bytes()].concat()
    }

    /// The output for `bytes` that arrive `step` at a time, and whether they end between two frames.
    fn read(form: Form, bytes: &[u8], step: usize) -> (String, bool) {
        let mut demux = Demux::new(form);
        let mut shown = String::new();
        let mut last = None;
        for piece in bytes.chunks(step) {
            demux.buffer.extend_from_slice(piece);
            while let Some(chunk) = demux.next().unwrap() {
                if last.replace(chunk.stream) != Some(chunk.stream) {
                    shown.push_str(if chunk.stream == OutputStream::Stderr { "[err]" } else { "[out]" });
                }
                shown.push_str(&String::from_utf8(chunk.bytes).unwrap());
            }
        }
        (shown, demux.is_between_frames())
    }

    #[test]
    fn streams_are_distinguished_however_the_bytes_arrive() {
        let bytes = [part(1, "one\n"), part(2, "two\n"), part(1, ""), part(1, "three")].concat();
        for step in 1..=bytes.len() {
            let expected = ("[out]one\n[err]two\n[out]three".to_owned(), true);
            assert_eq!(read(Form::Multiplexed, &bytes, step), expected, "{step} bytes at a time");
        }
    }

    #[test]
    fn a_truncated_body_is_detected() {
        let bytes = [part(1, "one\n"), part(1, "two\n")].concat();
        assert_eq!(read(Form::Multiplexed, &bytes[..bytes.len() - 1], 100), ("[out]one\ntwo".into(), false));
        assert_eq!(read(Form::Multiplexed, &bytes[..15], 100), ("[out]one\n".into(), false));
    }

    #[test]
    fn a_terminal_has_one_stream() {
        assert_eq!(
            read(Form::Plain, b"\x01\0\0\0\0\0\0\x05a", 3),
            ("[out]\x01\0\0\0\0\0\0\x05a".into(), true)
        );
    }

    #[test]
    fn large_frames_are_split_into_chunks() {
        let mut demux = Demux::new(Form::Multiplexed);
        demux.buffer.extend_from_slice(&part(2, &"x".repeat(MAX_CHUNK + 1)));
        let sizes: Vec<_> =
            std::iter::from_fn(|| demux.next().unwrap()).map(|chunk| chunk.bytes.len()).collect();
        assert_eq!(sizes, [MAX_CHUNK, 1]);
    }

    #[tokio::test]
    async fn much_output_is_read_in_large_pieces() {
        const FRAMES: usize = 100;
        let sent = part(1, &"x".repeat(READ)).repeat(FRAMES);
        let (mut reader, mut demux) = (sent.as_slice(), Demux::new(Form::Multiplexed));
        let (mut reads, mut chunks, mut bytes) = (0, 0, 0);
        while reader.read_buf(demux.buffer()).await.unwrap() > 0 {
            reads += 1;
            while let Some(chunk) = demux.next().unwrap() {
                chunks += 1;
                bytes += chunk.bytes.len();
            }
        }
        assert_eq!((bytes, demux.is_between_frames()), (FRAMES * READ, true));
        assert!(reads <= 2 * FRAMES && chunks <= 4 * FRAMES, "{reads} reads, {chunks} chunks");
    }

    #[test]
    fn an_unknown_stream_is_an_error() {
        for stream in [3, 4, 255] {
            let mut demux = Demux::new(Form::Multiplexed);
            demux.buffer.extend_from_slice(&part(stream, "x"));
            assert!(matches!(demux.next(), Err(EngineError::Unavailable { .. })), "{stream}");
        }
    }
}
