//! Requests that change the protocol of their connection, such as those for `WebSocket`s.
//!
//! What the client sends afterwards is passed on only when the service has agreed, and has shown for a WebSocket that it has read
//! this very request: otherwise a client could send requests past the gateway to a service that never changed the protocol.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core_monitor_application::gateway::Inside;
use http::header::{
    CONNECTION, CONTENT_LENGTH, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::Builder;
use hyper::ext::Protocol;
use hyper_util::rt::TokioIo;

use crate::answers::{Problem, problem};
use crate::body::{RequestBody, ResponseBody};
use crate::exchange::Failure;
use crate::hop_by_hop::{strip_response, wants_upgrade};
use crate::shard::Shard;
use crate::tunnel::{self, Ends};
use crate::upstream::connect;
use crate::websocket::accept_for;

const WEBSOCKET: &str = "websocket";

/// A protocol that a client asks for.
#[derive(Debug, Clone)]
pub(crate) struct Upgrade {
    protocol: HeaderValue,
    is_websocket: bool,
    /// It asked as RFC 8441 has it, which is another request with another answer.
    is_http2: bool,
}

impl Upgrade {
    /// What a request asks for, if it asks for another protocol; an error if it asks for a tunnel to anywhere.
    pub(crate) fn asked(parts: &mut Parts, body: &Incoming) -> Result<Option<Self>, ()> {
        if parts.method == Method::CONNECT {
            let protocol = parts.extensions.get::<Protocol>().map(Protocol::as_str);
            if parts.version != Version::HTTP_2 || protocol != Some(WEBSOCKET) {
                return Err(());
            }
            parts.method = Method::GET;
            let protocol = HeaderValue::from_static(WEBSOCKET);
            return Ok(Some(Self { protocol, is_websocket: true, is_http2: true }));
        }
        let is_possible = parts.version == Version::HTTP_11 && body.is_end_stream();
        if !is_possible || !wants_upgrade(&parts.headers) {
            return Ok(None);
        }
        let Some(protocol) = parts.headers.get(UPGRADE) else { return Ok(None) };
        let is_websocket = protocol.as_bytes().eq_ignore_ascii_case(WEBSOCKET.as_bytes());
        // HTTP/2 in the clear would hide all further requests from the gateway.
        let is_usable =
            !protocol.as_bytes().contains(&b',') && !protocol.as_bytes().eq_ignore_ascii_case(b"h2c");
        Ok(is_usable.then(|| Self { protocol: protocol.clone(), is_websocket, is_http2: false }))
    }

    /// Whether the service agreed.
    fn is_agreed(&self, answer: &HeaderMap, key: Option<&HeaderValue>) -> bool {
        let same = answer
            .get(UPGRADE)
            .is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(self.protocol.as_bytes()));
        if !self.is_websocket {
            return same;
        }
        let expected = key.map(|key| accept_for(key.as_bytes()));
        let said = answer.get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
        same && expected.is_some_and(|expected| said == Some(expected.as_bytes()))
    }
}

/// Asks a service for another protocol, and joins both connections if it agrees.
pub(crate) async fn relay(
    shard: &Rc<Shard>,
    inside: Inside,
    mut request: Request<RequestBody>,
    upgrade: &Upgrade,
) -> Result<Response<ResponseBody>, Failure> {
    let limit = shard.gateway.settings.connect_timeout;
    let stream = match connect(inside.life(), 0, limit).await {
        Ok((stream, _)) => stream,
        Err(error) => return Err(Failure::Unreachable(Box::new(request), error)),
    };
    let (mut sender, connection) =
        Builder::new().handshake(TokioIo::new(stream)).await.map_err(Failure::Broken)?;
    tokio::task::spawn_local(async move {
        // What goes wrong is told to whoever waits for the answer.
        let _ = connection.with_upgrades().await;
    });
    let client = hyper::upgrade::on(&mut request);
    prepare(shard, request.headers_mut(), upgrade);
    let key = request.headers().get(SEC_WEBSOCKET_KEY).cloned();
    let mut answer = sender.send_request(request).await.map_err(Failure::Broken)?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        strip_response(answer.headers_mut());
        *answer.version_mut() = Version::HTTP_11;
        return Ok(answer.map(|body| ResponseBody::driven(body, Rc::new(inside))));
    }
    if !upgrade.is_agreed(answer.headers(), key.as_ref()) {
        return Ok(problem(
            Problem::BadGateway,
            "the service agreed to a protocol that the request did not ask for",
            None,
        ));
    }
    let ends = Ends { client, upstream: hyper::upgrade::on(&mut answer) };
    tokio::task::spawn_local(tunnel::run(Rc::clone(shard), inside, ends, upgrade.is_websocket));
    Ok(agreed(answer.headers_mut(), upgrade))
}

fn prepare(shard: &Shard, headers: &mut HeaderMap, upgrade: &Upgrade) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, upgrade.protocol.clone());
    if upgrade.is_http2 {
        let key = STANDARD.encode(&shard.gateway.ids.secret()[..16]);
        if let Ok(key) = HeaderValue::from_str(&key) {
            headers.insert(SEC_WEBSOCKET_KEY, key);
        }
        headers.entry(SEC_WEBSOCKET_VERSION).or_insert(HeaderValue::from_static("13"));
    }
}

/// The answer for the client when the service has agreed.
fn agreed(headers: &mut HeaderMap, upgrade: &Upgrade) -> Response<ResponseBody> {
    strip_response(headers);
    headers.remove(CONTENT_LENGTH);
    let mut answer = Response::new(ResponseBody::own(bytes::Bytes::new()));
    *answer.headers_mut() = std::mem::take(headers);
    if upgrade.is_http2 {
        answer.headers_mut().remove(SEC_WEBSOCKET_ACCEPT);
    } else {
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        answer.headers_mut().insert(UPGRADE, upgrade.protocol.clone());
    }
    answer
}
