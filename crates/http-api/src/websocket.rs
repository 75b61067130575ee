//! `WebSocket`s (RFC 6455) over a connection of this server: the handshake, and frames both ways.
//!
//! Frames are read and written by the HTTP library's parser. What it does not do is here: a message has a limit however it
//! is split, and a frame is refused by its announced length, before anything is kept for it.

use actix_http::ws::{self, HandshakeError, OpCode, Parser};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use core_monitor_message::Message;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;

mod incoming;

pub(crate) use incoming::{Fault, Incoming, Received};

/// Longest reason in a close frame, in bytes.
const LONGEST_REASON: usize = 123;

/// Begins the answer to a request for a WebSocket that speaks `protocol`. A client that offers protocols must offer this one.
pub(crate) fn accept(request: &HttpRequest, protocol: &'static str) -> Result<HttpResponseBuilder, Problem> {
    let refuse = |words| {
        Problem::new(ErrorCode::UpgradeRequired, words)
            .with_hint(said::open_websocket(protocol))
            .with_header(header::UPGRADE, "websocket")
            .with_header(header::SEC_WEBSOCKET_VERSION, "13")
    };
    ws::verify_handshake(request.head()).map_err(|error| refuse(said::no_websocket(missing(error))))?;
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY) else {
        return Err(refuse(said::no_websocket(said::websocket_without_key())));
    };
    let mut offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL).peekable();
    let offers = offered.peek().is_some();
    let knows = offered
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == protocol);
    if offers && !knows {
        return Err(refuse(said::no_websocket(said::websocket_protocols_unknown())));
    }
    let mut answer = HttpResponse::build(StatusCode::SWITCHING_PROTOCOLS);
    answer.upgrade("websocket");
    let accepted = String::from_utf8_lossy(&ws::hash_key(key.as_bytes())).into_owned();
    answer.insert_header((header::SEC_WEBSOCKET_ACCEPT, accepted));
    if offers {
        answer.insert_header((header::SEC_WEBSOCKET_PROTOCOL, protocol));
    }
    Ok(answer)
}

/// What the request lacks.
fn missing(error: HandshakeError) -> Message {
    match error {
        HandshakeError::NoVersionHeader | HandshakeError::UnsupportedVersion => {
            said::websocket_version_other()
        }
        HandshakeError::BadWebsocketKey => said::websocket_without_key(),
        _ => said::websocket_not_asked_for(),
    }
}

/// Writes frames.
#[derive(Debug, Default)]
pub(crate) struct Frames(BytesMut);

impl Frames {
    /// A message of bytes.
    pub(crate) fn binary(mut self, bytes: &[u8]) -> Self {
        self.write(OpCode::Binary, bytes);
        self
    }

    /// A message of text.
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.write(OpCode::Text, text.as_bytes());
        self
    }

    /// Asks whether the client is there.
    pub(crate) fn ping(mut self) -> Self {
        self.write(OpCode::Ping, b"");
        self
    }

    /// Answers a ping with the same bytes.
    pub(crate) fn pong(mut self, bytes: &[u8]) -> Self {
        self.write(OpCode::Pong, bytes);
        self
    }

    /// The last frame.
    pub(crate) fn close(mut self, code: u16, reason: &str) -> Self {
        let reason = &reason[..reason.floor_char_boundary(LONGEST_REASON)];
        let mut body = code.to_be_bytes().to_vec();
        body.extend_from_slice(reason.as_bytes());
        self.write(OpCode::Close, &body);
        self
    }

    /// The frames.
    pub(crate) fn finish(self) -> Bytes {
        self.0.freeze()
    }

    fn write(&mut self, kind: OpCode, body: &[u8]) {
        Parser::write_message(&mut self.0, body, kind, true, false);
    }
}
