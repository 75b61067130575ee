//! A client of the API.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::RwLock;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Method, Request, Response};
use ureq::{Agent, Body};

use super::events::Events;

/// Longer than any wait that a test requests.
const PATIENCE: Duration = Duration::from_secs(150);

/// A client with the token of its installation.
pub(crate) struct Api {
    agent: Agent,
    base: RwLock<String>,
    token: String,
}

/// A response of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) fn new(token: &str) -> Self {
        let configuration =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build();
        Self { agent: configuration.into(), base: RwLock::default(), token: token.to_owned() }
    }

    /// A client of the same server with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        let base = RwLock::new(self.base.read().unwrap().clone());
        Self { agent: self.agent.clone(), base, token: token.to_owned() }
    }

    /// A client of the same server without a token.
    pub(crate) fn anonymous(&self) -> Self {
        self.with_token("")
    }

    /// Sets the address of the server.
    pub(crate) fn go_to(&self, address: &str) {
        *self.base.write().unwrap() = format!("http://{address}");
    }

    /// The token, for requests that are written by hand.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Host and port of the server.
    pub(crate) fn address(&self) -> String {
        self.base.read().unwrap().trim_start_matches("http://").to_owned()
    }

    /// The response, or why there is none: the server may have been killed.
    pub(crate) fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, ureq::Error> {
        Self::read(self.exchange(method, path, headers, body.as_bytes())?)
    }

    fn read(answer: Response<Body>) -> Result<Answer, ureq::Error> {
        let (parts, body) = answer.into_parts();
        let mut text = String::new();
        body.into_with_config().reader().read_to_string(&mut text)?;
        // Not all of them are JSON; a text is one too.
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(&Method::GET, path, &[], "").unwrap()
    }

    pub(crate) fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(&Method::POST, path, headers, body).unwrap()
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.send(&Method::PUT, path, &headers, &body.to_string()).unwrap()
    }

    /// Sends bytes.
    pub(crate) fn upload(&self, path: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Answer {
        let answer = self.exchange(&Method::POST, path, headers, bytes).unwrap();
        Self::read(answer).unwrap()
    }

    /// Puts bytes somewhere.
    pub(crate) fn put_bytes(&self, path: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Answer {
        let answer = self.exchange(&Method::PUT, path, headers, bytes).unwrap();
        Self::read(answer).unwrap()
    }

    /// The bytes at `path`.
    #[track_caller]
    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        let answer = self.exchange(&Method::GET, path, &[], b"").unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let mut bytes = Vec::new();
        answer.into_body().into_with_config().reader().read_to_end(&mut bytes).unwrap();
        bytes
    }

    /// The events at `path`, from the first one on, as they happen.
    pub(crate) fn events(&self, path: &str) -> Events {
        let headers = [("Last-Event-ID", "0")];
        let answer = self.exchange(&Method::GET, path, &headers, b"").unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        Events::new(answer.into_body().into_reader())
    }

    /// Asks for what is at `path`, and reads nothing of the answer.
    pub(crate) fn ask_only(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let token = &self.token;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n").unwrap();
        stream
    }

    /// The body at `path`, as it comes.
    #[track_caller]
    pub(crate) fn stream(&self, path: &str, headers: &[(&str, &str)]) -> impl std::io::Read + Send + 'static {
        let answer = self.exchange(&Method::GET, path, headers, b"").unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.into_body().into_reader()
    }

    fn exchange(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response<Body>, ureq::Error> {
        let address = format!("{}{path}", self.base.read().unwrap());
        let mut request = Request::builder().method(method).uri(address);
        if !self.token.is_empty() {
            request = request.header("Authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if method == Method::GET {
            return self.agent.run(request.body(()).unwrap());
        }
        self.agent.run(request.body(body.to_owned()).unwrap())
    }
}

impl Answer {
    /// The body of a response that must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// The code of a problem that must have this status.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        self.body["code"].as_str().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
