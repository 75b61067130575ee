//! Messages from a client.

use actix_http::ws::{OpCode, Parser, ProtocolError};
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, BytesMut};
use core_monitor_message::Message;
use futures::{Stream, StreamExt as _};

use crate::said;

/// Longest head of a frame, in bytes.
const LONGEST_HEAD: usize = 14;

/// The messages of a connection, from the bytes of its request.
#[derive(Debug)]
pub(crate) struct Incoming<S> {
    bytes: S,
    buffer: BytesMut,
    /// The beginning of a message that comes in several frames, and whether it is text.
    begun: Option<(bool, BytesMut)>,
    longest: usize,
}

/// Something that a client sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// Bytes.
    Binary(Bytes),
    /// Text.
    Text(String),
    /// It asks whether the server is there.
    Ping(Bytes),
    /// It is there.
    Pong,
    /// It is done.
    Close,
}

/// Why nothing more can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection is lost.
    Lost,
    /// A message is too long.
    TooLong,
    /// This is no WebSocket.
    Protocol(Message),
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Incoming<S> {
    /// Messages of at most `longest` bytes.
    pub(crate) fn new(bytes: S, longest: usize) -> Self {
        Self { bytes, buffer: BytesMut::new(), begun: None, longest }
    }

    /// The next message. Cancelling the wait loses nothing.
    pub(crate) async fn next(&mut self) -> Result<Received, Fault> {
        loop {
            if let Some(received) = self.parse()? {
                return Ok(received);
            }
            match self.bytes.next().await {
                Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
                Some(Err(_)) | None => return Err(Fault::Lost),
            }
        }
    }

    fn parse(&mut self) -> Result<Option<Received>, Fault> {
        loop {
            let parsed =
                Parser::parse(&mut self.buffer, true, self.longest).map_err(|error| match error {
                    ProtocolError::Overflow => Fault::TooLong,
                    other => Fault::Protocol(said::websocket_malformed(other)),
                })?;
            let Some((last, kind, body)) = parsed else {
                // The library waits for the whole frame, however long it says it is.
                let most = self.longest + LONGEST_HEAD;
                return if self.buffer.len() > most { Err(Fault::TooLong) } else { Ok(None) };
            };
            if let Some(received) = self.take(last, kind, body.unwrap_or_default())? {
                return Ok(Some(received));
            }
        }
    }

    fn take(&mut self, last: bool, kind: OpCode, body: BytesMut) -> Result<Option<Received>, Fault> {
        let malformed = |words: &str| Err(Fault::Protocol(said::websocket_malformed(words)));
        match kind {
            OpCode::Ping | OpCode::Pong | OpCode::Close if !last => malformed("a control frame is split"),
            OpCode::Ping => Ok(Some(Received::Ping(body.freeze()))),
            OpCode::Pong => Ok(Some(Received::Pong)),
            OpCode::Close => Ok(Some(Received::Close)),
            OpCode::Text | OpCode::Binary if self.begun.is_some() => {
                malformed("a message begins before the last one has ended")
            }
            OpCode::Text | OpCode::Binary if last => message(kind == OpCode::Text, body).map(Some),
            OpCode::Text | OpCode::Binary => {
                self.begun = Some((kind == OpCode::Text, body));
                Ok(None)
            }
            OpCode::Continue => {
                let Some((is_text, mut begun)) = self.begun.take() else {
                    return malformed("a message goes on that has not begun");
                };
                if begun.len() + body.len() > self.longest {
                    return Err(Fault::TooLong);
                }
                begun.extend_from_slice(&body);
                if last {
                    return message(is_text, begun).map(Some);
                }
                self.begun = Some((is_text, begun));
                Ok(None)
            }
            OpCode::Bad => malformed("a frame is of an unknown kind"),
        }
    }
}

fn message(is_text: bool, body: BytesMut) -> Result<Received, Fault> {
    if !is_text {
        return Ok(Received::Binary(body.freeze()));
    }
    let text = String::from_utf8(body.to_vec());
    text.map(Received::Text).map_err(|_| Fault::Protocol(said::websocket_malformed("a text is not UTF-8")))
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    const MASK: [u8; 4] = [1, 2, 3, 4];

    /// A frame as a client sends it.
    fn frame(first: u8, body: &[u8]) -> Vec<u8> {
        let length = match body.len() {
            short @ 0..=125 => vec![0x80 | u8::try_from(short).unwrap()],
            long => [&[0x80 | 0x7e], &u16::try_from(long).unwrap().to_be_bytes()[..]].concat(),
        };
        let masked = body.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        [vec![first], length, MASK.to_vec(), masked].concat()
    }

    /// What is received of `bytes` that arrive `step` at a time, until something is wrong.
    async fn received(bytes: &[u8], step: usize) -> (Vec<Received>, Fault) {
        let pieces: Vec<_> = bytes.chunks(step).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let mut incoming = Incoming::new(stream::iter(pieces), 1_000);
        let mut all = Vec::new();
        loop {
            match incoming.next().await {
                Ok(received) => all.push(received),
                Err(fault) => return (all, fault),
            }
        }
    }

    async fn check(frames: &[Vec<u8>], expected: &[Received], fault: fn(&Fault) -> bool) {
        let bytes = frames.concat();
        for step in [1, 7, bytes.len().max(1)] {
            let (all, found) = received(&bytes, step).await;
            assert_eq!(all, expected, "{step} bytes at a time");
            assert!(fault(&found), "{found:?}");
        }
    }

    fn binary(body: &[u8]) -> Received {
        Received::Binary(Bytes::copy_from_slice(body))
    }

    const LOST: fn(&Fault) -> bool = |fault| *fault == Fault::Lost;
    const TOO_LONG: fn(&Fault) -> bool = |fault| *fault == Fault::TooLong;
    const MALFORMED: fn(&Fault) -> bool = |fault| matches!(fault, Fault::Protocol(_));

    #[actix_web::test]
    async fn messages_arrive_however_they_are_split() {
        let frames = [
            frame(0x82, b"one"),
            frame(0x02, b"tw"),
            frame(0x89, b"there?"),
            frame(0x00, b""),
            frame(0x80, b"o"),
            frame(0x81, "é".as_bytes()),
            frame(0x82, &[7; 1_000]),
            frame(0x82, b""),
            frame(0x8a, b""),
            frame(0x88, &[3, 232]),
        ];
        let expected = [
            binary(b"one"),
            Received::Ping(Bytes::from_static(b"there?")),
            binary(b"two"),
            Received::Text("é".into()),
            binary(&[7; 1_000]),
            binary(b""),
            Received::Pong,
            Received::Close,
        ];
        check(&frames, &expected, LOST).await;
    }

    #[actix_web::test]
    async fn a_message_has_a_limit_however_it_is_split() {
        check(&[frame(0x82, &[7; 1_001])], &[], TOO_LONG).await;
        check(&[frame(0x02, &[7; 600]), frame(0x80, &[7; 401])], &[], TOO_LONG).await;
        let endless = [&[0x82, 0xff], &u64::MAX.to_be_bytes()[..], &MASK, &[7; 2_000]].concat();
        check(&[endless], &[], TOO_LONG).await;
        let long = [&[0x82, 0xff], &(1_u64 << 40).to_be_bytes()[..], &MASK, &[7; 2_000]].concat();
        check(&[long], &[], TOO_LONG).await;
    }

    #[actix_web::test]
    async fn what_is_no_websocket_is_refused() {
        let unmasked = vec![0x82, 1, b'x'];
        for frames in [
            vec![unmasked],
            vec![frame(0xc2, b"reserved bit")],
            vec![frame(0x83, b"unknown kind")],
            vec![frame(0x09, b"split ping")],
            vec![frame(0x89, &[7; 126])],
            vec![frame(0x80, b"continues nothing")],
            vec![frame(0x02, b"one"), frame(0x82, b"other")],
            vec![frame(0x81, b"\xff")],
        ] {
            check(&frames, &[], MALFORMED).await;
        }
    }
}
