//! HTTP requests. Bollard's typed calls and the requests made here share one client and its connections.
//!
//! Made here rather than by bollard, each for a reason:
//! - create network: needs `CheckDuplicate` on older engines, which bollard's model has dropped;
//! - create container: needs `MacAddress` on older engines, likewise; and bollard writes bodies to the debug log,
//!   where values of environment variables must not be;
//! - inspect container: its answer holds the same values;
//! - build: its parameters hold values of arguments, and an image may have several names;
//! - session of a build: `BuildKit` calls back over it, and bollard's answers read secrets from files of this host;
//! - events: has to be known to stand before what it brings is relied upon, and its time has nanoseconds;
//! - disk usage: older engines answer in a form that bollard has dropped;
//! - commands in containers: bollard writes their arguments and variables to the debug log too;
//! - logs, once and followed: bollard guesses from the bytes whether a stream is multiplexed.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bollard::BollardRequest;
use bollard::errors::Error;
use bytes::Bytes;
use core_monitor_transport::ClientConfig;
use futures::{Stream, TryStreamExt as _};
use http_body_util::{BodyExt, Either, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONNECTION, UPGRADE};
use hyper::upgrade::Upgraded;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use hyperlocal::UnixConnector;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::address::EngineAddress;
use crate::tls::EngineConnector;

/// The body type of bollard's requests, which it does not export by name.
type Body = Either<Full<Bytes>, StreamBody<Frames>>;

type Frames = Pin<Box<dyn Stream<Item = io::Result<Frame<Bytes>>> + Send>>;

/// A client for one address.
#[derive(Debug)]
pub(crate) struct Wire {
    client: AnyClient,
    /// Scheme and authority, e.g. `http://engine:2375`.
    base: String,
}

#[derive(Debug)]
enum AnyClient {
    Unix(Client<UnixConnector, Body>),
    Tcp(Client<HttpConnector, Body>),
    Tls(Client<EngineConnector, Body>),
}

/// The body of an error response.
#[derive(Deserialize)]
struct Refusal {
    message: String,
}

impl Wire {
    /// Creates a client. Connections are opened by requests.
    pub(crate) fn new(address: &EngineAddress, tls: Option<Arc<ClientConfig>>) -> Self {
        let builder = Client::builder(TokioExecutor::new());
        match (address, tls) {
            (EngineAddress::Unix(path), _) => Self {
                client: AnyClient::Unix(builder.build(UnixConnector)),
                base: format!("unix://{}", hex(path.as_bytes())),
            },
            (EngineAddress::Tcp(authority), Some(config)) => Self {
                client: AnyClient::Tls(builder.build(EngineConnector(config))),
                base: format!("https://{authority}"),
            },
            (EngineAddress::Tcp(authority), None) => Self {
                client: AnyClient::Tcp(builder.build(HttpConnector::new())),
                base: format!("http://{authority}"),
            },
        }
    }

    /// Scheme and authority, as bollard needs it.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request that bollard built.
    pub(crate) async fn forward(&self, request: BollardRequest) -> Result<Response<Incoming>, Error> {
        match &self.client {
            AnyClient::Unix(client) => client.request(request).await,
            AnyClient::Tcp(client) => client.request(request).await,
            AnyClient::Tls(client) => client.request(request).await,
        }
        .map_err(Error::from)
    }

    /// Sends `body` as JSON and returns the successful response without reading its body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response<Incoming>, Error> {
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(hyper::header::CONTENT_TYPE, "application/json")
            .body(Either::Left(Full::new(Bytes::from(bytes))))?;
        Self::successful(self.forward(request).await?).await
    }

    /// Streams a request body and returns the successful response without reading its body. An error of the body aborts the
    /// request.
    pub(crate) async fn upload(
        &self,
        path: &str,
        headers: HeaderMap,
        body: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
    ) -> Result<Response<Incoming>, Error> {
        let frames = body.map_ok(Frame::data);
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .body(Either::Right(StreamBody::new(Box::pin(frames) as Frames)))?;
        request.headers_mut().extend(headers);
        Self::successful(self.forward(request).await?).await
    }

    /// Asks the engine to upgrade a connection to another protocol, and returns it.
    pub(crate) async fn upgrade(
        &self,
        path: &str,
        protocol: &str,
        headers: HeaderMap,
        body: Option<&Value>,
    ) -> Result<Upgraded, Error> {
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, protocol)
            .header(hyper::header::CONTENT_TYPE, "application/json")
            .body(Either::Left(Full::new(Bytes::from(bytes))))?;
        request.headers_mut().extend(headers);
        let response = Self::successful(self.forward(request).await?).await?;
        Ok(hyper::upgrade::on(response).await?)
    }

    /// Turns an unsuccessful response into an error with the engine's message.
    async fn successful(response: Response<Incoming>) -> Result<Response<Incoming>, Error> {
        let status = response.status();
        if status.is_success() || matches!(status, StatusCode::NOT_MODIFIED | StatusCode::SWITCHING_PROTOCOLS)
        {
            return Ok(response);
        }
        let status_code = status.as_u16();
        let bytes = response.into_body().collect().await?.to_bytes();
        let message = match serde_json::from_slice::<Refusal>(&bytes) {
            Ok(refusal) => refusal.message,
            Err(_) => String::from_utf8_lossy(&bytes).trim().to_owned(),
        };
        Err(Error::DockerResponseServerError { status_code, message })
    }

    /// Sends a request and parses the JSON response.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Error> {
        let response = self.send(method, path, body).await?;
        let bytes = response.into_body().collect().await?.to_bytes();
        Ok(serde_json::from_slice(&bytes)?)
    }
}

/// Encodes a socket path as the host part that the unix connector expects.
fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}
