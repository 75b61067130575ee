//! A terminal, as a client opens it.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use tungstenite::client::IntoClientRequest as _;
use tungstenite::handshake::HandshakeError;
use tungstenite::{Error, Message, WebSocket};

use super::api::Api;
use super::clock::now;
use super::stack::JSON;

/// How long something may take that should happen at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open terminal.
pub(crate) struct Terminal {
    socket: WebSocket<TcpStream>,
    /// What was printed and not yet taken.
    pub(crate) printed: Vec<u8>,
}

impl Terminal {
    /// Opens one in a container.
    #[track_caller]
    pub(crate) fn open(api: &Api, container: &str, body: &Value) -> Self {
        let ticket = Self::ticket(api, container, body);
        Self::connect(api, &ticket, &[]).unwrap_or_else(|status| panic!("{status}"))
    }

    /// The path of a new ticket.
    #[track_caller]
    pub(crate) fn ticket(api: &Api, container: &str, body: &Value) -> String {
        let path = format!("/api/v1/containers/{container}/terminal");
        let ticket = api.post(&path, &[JSON], &body.to_string()).expect(201);
        ticket["path"].as_str().unwrap().to_owned()
    }

    /// Connects to a path; the status of the answer if it is refused.
    pub(crate) fn connect(api: &Api, path: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let address = api.address();
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        match tungstenite::client(request, stream) {
            Ok((socket, _)) => Ok(Self { socket, printed: Vec::new() }),
            Err(HandshakeError::Failure(Error::Http(answer))) => Err(answer.status().as_u16()),
            Err(other) => panic!("{other}"),
        }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.socket.send(Message::binary(bytes.to_vec())).unwrap();
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        let text = serde_json::json!({"resize": {"columns": columns, "rows": rows}}).to_string();
        self.socket.send(Message::text(text)).unwrap();
    }

    /// Reads until this was printed, and forgets what came before it.
    #[track_caller]
    pub(crate) fn prints(&mut self, text: &str) {
        let until = now() + PATIENCE;
        loop {
            // The server asks whether somebody is there, so a read always returns in time.
            assert!(now() < until, "no {text:?} in time: {}", String::from_utf8_lossy(&self.printed));
            let found = self.printed.windows(text.len()).position(|part| part == text.as_bytes());
            if let Some(at) = found {
                self.printed.drain(..at + text.len());
                return;
            }
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => self.printed.extend_from_slice(&bytes),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                other => panic!("{other:?} instead of {text:?}: {}", String::from_utf8_lossy(&self.printed)),
            }
        }
    }

    /// Reads this many bytes that are printed.
    pub(crate) fn count(&mut self, bytes: usize) {
        let mut left = bytes;
        while left > 0 {
            if let Message::Binary(printed) = self.socket.read().unwrap() {
                left = left.saturating_sub(printed.len());
            }
        }
    }

    /// How it is closed: the code, the words of the close frame, and the last message.
    #[track_caller]
    pub(crate) fn closed(&mut self) -> (u16, String, Value) {
        let mut words = Value::Null;
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => words = serde_json::from_str(&text).unwrap(),
                Ok(Message::Close(Some(frame))) => {
                    let _ = self.socket.flush();
                    return (frame.code.into(), frame.reason.to_string(), words);
                }
                Ok(Message::Binary(bytes)) => self.printed.extend_from_slice(&bytes),
                Ok(_) => {}
                Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&self.printed)),
            }
        }
    }

    /// It is closed with this code, and says why with this word.
    #[track_caller]
    pub(crate) fn ends(mut self, code: u16, word: &str) {
        let (found, reason, words) = self.closed();
        assert_eq!((found, words["error"]["code"].as_str()), (code, Some(word)), "{reason}: {words}");
        assert_eq!(words["error"]["message"]["text"], reason);
    }
}
