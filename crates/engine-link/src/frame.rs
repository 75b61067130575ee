//! The frames on the socket after the handshake.
//!
//! `length: u32 | kind: u8 | stream: u32 | body`, numbers in big endian; `length` is the length of the body.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Longest body. Longer items are split, so that they do not delay other streams.
pub(crate) const LONGEST_BODY: usize = 64 << 10;

const HEADER: usize = 9;

const OPEN: u8 = 1;
const ACCEPT: u8 = 2;
const PART: u8 = 3;
const DATA: u8 = 4;
const END: u8 = 5;
const ERROR: u8 = 6;
const CANCEL: u8 = 7;
const WINDOW: u8 = 8;

/// One frame of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Increasing numbers chosen by the client, never reused on a connection.
    pub(crate) stream: u32,
    pub(crate) body: Body,
}

/// The content of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    /// The client starts an operation.
    Open(Open),
    /// The worker accepts it, with this many bytes of input.
    Accept { window: u32 },
    /// A part of an item; `last` completes it.
    Data { last: bool, bytes: Bytes },
    /// From the worker: the operation has ended. From the client: the input has ended.
    End(Bytes),
    /// The worker rejects or aborts the operation.
    Error(Bytes),
    /// The client cancels the operation.
    Cancel,
    /// The receiver may send this many more bytes.
    Window(u32),
}

/// An operation to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    /// How long the client waits until it is accepted, in milliseconds.
    pub(crate) deadline_ms: u32,
    /// How many bytes may be sent to the client.
    pub(crate) window: u32,
    /// The name of the operation.
    pub(crate) operation: String,
    /// Its request.
    pub(crate) request: Bytes,
}

/// Not a valid frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("a frame of {length} bytes exceeds the limit of {LONGEST_BODY}")]
    TooLong { length: u32 },
    #[error("there is no frame of kind {kind}")]
    UnknownKind { kind: u8 },
    #[error("a frame of kind {kind} has a malformed body")]
    Malformed { kind: u8 },
}

impl Open {
    /// Bytes before the request.
    const FIXED: usize = 9;

    /// Whether it fits into a frame.
    pub(crate) fn fits(&self) -> bool {
        u8::try_from(self.operation.len()).is_ok()
            && Self::FIXED + self.operation.len() + self.request.len() <= LONGEST_BODY
    }

    fn encode(&self, out: &mut BytesMut) {
        out.put_u32(self.deadline_ms);
        out.put_u32(self.window);
        // The caller has checked `fits`.
        out.put_u8(u8::try_from(self.operation.len()).unwrap_or(u8::MAX));
        out.put_slice(self.operation.as_bytes());
        out.put_slice(&self.request);
    }

    fn decode(mut body: Bytes) -> Option<Self> {
        let deadline_ms = body.try_get_u32().ok()?;
        let window = body.try_get_u32().ok()?;
        let length = usize::from(body.try_get_u8().ok()?);
        if body.len() < length {
            return None;
        }
        let operation = String::from_utf8(body.split_to(length).to_vec()).ok()?;
        Some(Self { deadline_ms, window, operation, request: body })
    }
}

impl Frame {
    /// Appends the frame.
    pub(crate) fn encode(&self, out: &mut BytesMut) {
        let start = out.len();
        out.put_u32(0);
        out.put_u8(self.kind());
        out.put_u32(self.stream);
        match &self.body {
            Body::Open(open) => open.encode(out),
            Body::Accept { window } | Body::Window(window) => out.put_u32(*window),
            Body::Data { bytes, .. } | Body::End(bytes) | Body::Error(bytes) => out.put_slice(bytes),
            Body::Cancel => {}
        }
        let length = u32::try_from(out.len() - start - HEADER).unwrap_or(u32::MAX);
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }

    fn kind(&self) -> u8 {
        match &self.body {
            Body::Open(_) => OPEN,
            Body::Accept { .. } => ACCEPT,
            Body::Data { last: false, .. } => PART,
            Body::Data { last: true, .. } => DATA,
            Body::End(_) => END,
            Body::Error(_) => ERROR,
            Body::Cancel => CANCEL,
            Body::Window(_) => WINDOW,
        }
    }

    /// Takes the first frame out of `buffer`; `None` if it is incomplete. A frame that is too long or of an unknown
    /// kind is rejected as soon as its header has arrived, before anything is buffered for it.
    pub(crate) fn decode(buffer: &mut BytesMut) -> Result<Option<Self>, FrameError> {
        let Some(mut header) = buffer.get(..HEADER) else { return Ok(None) };
        let (length, kind, stream) = (header.get_u32(), header.get_u8(), header.get_u32());
        if !(OPEN..=WINDOW).contains(&kind) {
            return Err(FrameError::UnknownKind { kind });
        }
        let size = usize::try_from(length).ok().filter(|size| *size <= LONGEST_BODY);
        let Some(size) = size else { return Err(FrameError::TooLong { length }) };
        if buffer.len() < HEADER + size {
            buffer.reserve(HEADER + size - buffer.len());
            return Ok(None);
        }
        buffer.advance(HEADER);
        let body = buffer.split_to(size).freeze();
        let body = read(kind, body).ok_or(FrameError::Malformed { kind })?;
        Ok(Some(Self { stream, body }))
    }
}

fn read(kind: u8, body: Bytes) -> Option<Body> {
    let number = || <[u8; 4]>::try_from(&*body).ok().map(u32::from_be_bytes);
    match kind {
        OPEN => Open::decode(body).map(Body::Open),
        ACCEPT => number().map(|window| Body::Accept { window }),
        PART | DATA => Some(Body::Data { last: kind == DATA, bytes: body }),
        END => Some(Body::End(body)),
        ERROR => Some(Body::Error(body)),
        CANCEL => body.is_empty().then_some(Body::Cancel),
        WINDOW => number().map(Body::Window),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames() -> Vec<Frame> {
        let open = Open {
            deadline_ms: 30_000,
            window: 1 << 18,
            operation: "read_logs".into(),
            request: Bytes::from_static(b"{}"),
        };
        let bytes = Bytes::from_static(b"abc");
        [
            Body::Open(open),
            Body::Accept { window: 7 },
            Body::Data { last: false, bytes: bytes.clone() },
            Body::Data { last: true, bytes: Bytes::new() },
            Body::End(bytes.clone()),
            Body::Error(bytes),
            Body::Cancel,
            Body::Window(u32::MAX),
        ]
        .into_iter()
        .zip(1..)
        .map(|(body, stream)| Frame { stream, body })
        .collect()
    }

    #[test]
    fn frames_parse_however_the_bytes_are_split() {
        let mut bytes = BytesMut::new();
        for frame in frames() {
            frame.encode(&mut bytes);
        }
        for step in 1..=bytes.len() {
            let (mut buffer, mut read) = (BytesMut::new(), Vec::new());
            for piece in bytes.chunks(step) {
                buffer.extend_from_slice(piece);
                while let Some(frame) = Frame::decode(&mut buffer).unwrap() {
                    read.push(frame);
                }
            }
            assert_eq!((read, buffer.len()), (frames(), 0), "{step} bytes at a time");
        }
    }

    fn check(length: u32, kind: u8, body: &[u8], expected: FrameError) {
        let mut buffer = BytesMut::new();
        buffer.put_u32(length);
        buffer.put_u8(kind);
        buffer.put_u32(1);
        buffer.put_slice(body);
        assert_eq!(Frame::decode(&mut buffer), Err(expected));
    }

    #[test]
    fn invalid_frames_are_rejected_by_their_header() {
        let length = u32::try_from(LONGEST_BODY).unwrap() + 1;
        check(length, DATA, b"", FrameError::TooLong { length });
        check(u32::MAX, OPEN, b"", FrameError::TooLong { length: u32::MAX });
        check(5, 0, b"", FrameError::UnknownKind { kind: 0 });
        check(5, 9, b"", FrameError::UnknownKind { kind: 9 });
    }

    #[test]
    fn a_malformed_body_is_rejected() {
        check(1, CANCEL, b"x", FrameError::Malformed { kind: CANCEL });
        check(3, WINDOW, b"abc", FrameError::Malformed { kind: WINDOW });
        check(5, ACCEPT, b"abcde", FrameError::Malformed { kind: ACCEPT });
        check(8, OPEN, b"abcdefgh", FrameError::Malformed { kind: OPEN });
        check(10, OPEN, b"abcdefgh\x02x", FrameError::Malformed { kind: OPEN });
        check(10, OPEN, b"abcdefgh\x01\xff", FrameError::Malformed { kind: OPEN });
    }
}
