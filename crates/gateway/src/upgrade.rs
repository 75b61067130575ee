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
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use hyper::ext::Protocol;

use crate::answers::{Problem, problem};
use crate::body::{RequestBody, ResponseBody};
use crate::exchange::{self, Failure, Use};
use crate::hop_by_hop::{strip_response, wants_upgrade};
use crate::shard::Shard;
use crate::tunnel::{self, Ends};
use crate::upstream::{Broken, new_link};
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
    pub(crate) fn asked(request: &mut Request<Incoming>) -> Result<Option<Self>, ()> {
        if *request.method() == Method::CONNECT {
            let protocol = request.extensions().get::<Protocol>().map(Protocol::as_str);
            if request.version() != Version::HTTP_2 || protocol != Some(WEBSOCKET) {
                return Err(());
            }
            *request.method_mut() = Method::GET;
            let protocol = HeaderValue::from_static(WEBSOCKET);
            return Ok(Some(Self { protocol, is_websocket: true, is_http2: true }));
        }
        let is_possible = request.version() == Version::HTTP_11 && request.body().is_end_stream();
        if !is_possible || !wants_upgrade(request.headers()) {
            return Ok(None);
        }
        let Some(protocol) = request.headers().get(UPGRADE) else { return Ok(None) };
        let is_websocket = protocol.as_bytes().eq_ignore_ascii_case(WEBSOCKET.as_bytes());
        // HTTP/2 in the clear would hide all further requests from the gateway.
        let is_usable =
            !protocol.as_bytes().contains(&b',') && !protocol.as_bytes().eq_ignore_ascii_case(b"h2c");
        Ok(is_usable.then(|| Self { protocol: protocol.clone(), is_websocket, is_http2: false }))
    }

    /// Checks that the service agreed to what it was asked; what is wrong otherwise.
    fn check(&self, answer: &HeaderMap, key: Option<&HeaderValue>) -> Result<(), &'static str> {
        let same = answer
            .get(UPGRADE)
            .is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(self.protocol.as_bytes()));
        if !same {
            return Err("the service agreed to a protocol that the request did not ask for");
        }
        if !self.is_websocket {
            return Ok(());
        }
        let expected = key.map(|key| accept_for(key.as_bytes()));
        let said = answer.get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
        if expected.is_some_and(|expected| said == Some(expected.as_bytes())) {
            return Ok(());
        }
        Err("the Sec-WebSocket-Accept of the service does not belong to the Sec-WebSocket-Key of the request")
    }
}

/// Asks a service for another protocol, and joins both connections if it agrees.
pub(crate) async fn relay(
    shard: &Rc<Shard>,
    inside: Inside,
    mut request: Box<Request<RequestBody>>,
    upgrade: &Upgrade,
) -> Result<Response<ResponseBody>, Failure> {
    let mut link = match new_link(shard, inside.life(), 0).await {
        Ok(link) => link,
        Err(error) => return Err(Failure::Unreachable(request, error)),
    };
    let client = hyper::upgrade::on(&mut *request);
    prepare(shard, request.headers_mut(), upgrade);
    link.send(&request).await.map_err(|(broken, _)| Failure::Broken(broken))?;
    let mut head =
        link.answer(&shard.scratch, request.method() == Method::HEAD).await.map_err(Failure::Broken)?;
    if head.status != StatusCode::SWITCHING_PROTOCOLS {
        head.keeps = false;
        return Ok(exchange::answer(shard, head, link, Use::Alone(inside), None));
    }
    let mut headers = head.fields.to_map();
    if let Err(flaw) = upgrade.check(&headers, request.headers().get(SEC_WEBSOCKET_KEY)) {
        return Ok(problem(Problem::BadGateway, flaw, None));
    }
    let Some((upstream, first)) = link.into_stream() else { return Err(Failure::Broken(Broken::Closed)) };
    let ends = Ends { client, upstream, first };
    tokio::task::spawn_local(tunnel::run(Rc::clone(shard), inside, ends, upgrade.is_websocket));
    Ok(agreed(&mut headers, upgrade))
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
