//! One request: which service it is for, and what it gets.

use std::convert::Infallible;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use core_monitor_application::gateway::{Door, Inside, Routes};
use http::header::{CONNECTION, LOCATION};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, Version};
use hyper::body::Incoming;

use crate::answers::{Problem, answer, misdirected, nowhere, problem};
use crate::body::{RequestBody, ResponseBody};
use crate::client::{Client, Scheme, write_forwarded};
use crate::connection::Visit;
use crate::exchange::{Failure, exchange};
use crate::head::{Host, examine};
use crate::hop_by_hop::{strip_request, strip_response};
use crate::metrics::AnsweredBy;
use crate::record::Record;
use crate::shard::Shard;
use crate::upgrade::{Upgrade, relay};
use crate::upstream::Broken;
use crate::{asleep, own_requests};

const SERVICE_NAME: HeaderName = HeaderName::from_static("x-service-name");
const TARGET_PORT: HeaderName = HeaderName::from_static("x-target-port");
const WAKE_TOKEN: HeaderName = HeaderName::from_static("x-core-monitor-token");

/// A request on its way to a service.
pub(crate) struct Journey {
    pub(crate) door: Arc<Door>,
    pub(crate) host: Host,
    pub(crate) client: IpAddr,
    /// What shows that its sender may wake services.
    pub(crate) token: Option<HeaderValue>,
    pub(crate) upgrade: Option<Upgrade>,
    pub(crate) request: Request<RequestBody>,
}

/// Answers a request.
pub(crate) async fn serve(
    shard: Rc<Shard>,
    visit: Rc<Visit>,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Infallible> {
    visit.has_asked.set(true);
    let mut request = request;
    let Ok(upgrade) = Upgrade::asked(&mut request) else {
        return Ok(problem(Problem::ConnectRefused, "CONNECT is not for this gateway", None));
    };
    let request = Box::new(request.map(|body| RequestBody(Some(body))));
    let mut answer = respond(&shard, &visit, request, upgrade).await;
    unfold(&mut answer);
    Ok(answer)
}

/// Puts the headers that a service has written into its answer, without those that are about its connection.
pub(crate) fn unfold(answer: &mut Response<ResponseBody>) {
    if let Some(fields) = answer.body_mut().take_fields() {
        *answer.headers_mut() = fields.to_map();
        strip_response(answer.headers_mut());
    }
}

/// Answers a request that asks for no tunnel. The headers of a service's answer have to be unfolded.
pub(crate) async fn respond(
    shard: &Rc<Shard>,
    visit: &Visit,
    mut request: Box<Request<RequestBody>>,
    upgrade: Option<Upgrade>,
) -> Response<ResponseBody> {
    let host = match examine(&mut request) {
        Ok(host) => host,
        Err(flaw) => {
            let mut answer = problem(Problem::BadRequest, flaw.sentence(), None);
            // What follows on the connection may be a part of this request.
            if request.version() != Version::HTTP_2 {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            return answer;
        }
    };
    let gateway = &shard.gateway;
    let client = Client::of(&visit.peer, request.headers(), visit.tls, &gateway.trusted);
    let record = shard.record(&request, &host, client.address);
    let mut answer = dispatch(shard, visit, request, host, &client, upgrade).await;
    if let Some(mut record) = record {
        record.status = Some(answer.status());
        answer.body_mut().record(record);
    }
    answer
}

async fn dispatch(
    shard: &Rc<Shard>,
    visit: &Visit,
    mut request: Box<Request<RequestBody>>,
    host: Host,
    client: &Client,
    upgrade: Option<Upgrade>,
) -> Response<ResponseBody> {
    let gateway = &shard.gateway;
    if gateway.is_misdirected(visit.named.as_deref(), host.as_str(), client) {
        return misdirected(&request.into_parts().0);
    }
    let believes = client.peer_is_trusted && gateway.settings.service_headers;
    let named = take_named(request.headers_mut(), believes);
    let token = request.headers_mut().remove(WAKE_TOKEN);
    if let Some(own) = gateway.own_paths.which(request.uri().path()) {
        let (parts, body) = request.into_parts();
        let door = find(&gateway.routes.load(), named.as_ref(), &host, &own_requests::about(&parts));
        match (door, body) {
            (Some(door), RequestBody(Some(body))) => {
                return Box::pin(own_requests::answer(shard, own, door, parts, body, token)).await;
            }
            (_, body) => request = Box::new(Request::from_parts(parts, body)),
        }
    }
    let Some(door) = find(&gateway.routes.load(), named.as_ref(), &host, request.uri().path()) else {
        return nowhere(gateway, &request.into_parts().0);
    };
    if let Some(port) = gateway.settings.redirect_to.filter(|_| client.scheme == Scheme::Http) {
        return moved(&host, port, request.uri());
    }
    let began = gateway.clock.elapsed();
    let meter = shard.meter(&door);
    strip_request(request.headers_mut());
    write_forwarded(request.headers_mut(), client, &visit.peer);
    *request.version_mut() = Version::HTTP_11;
    let asking = Asking { door, host, client: client.address, token, upgrade };
    let mut answer = carry(shard, asking, request).await;
    let is_services = answer.body().is_from_service() || answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    let by = if is_services { AnsweredBy::Service } else { AnsweredBy::Gateway };
    meter.answered(by, answer.status().as_u16(), gateway.clock.elapsed().saturating_sub(began));
    if answer.body().is_from_service() {
        answer.body_mut().count(meter);
    }
    answer
}

/// What is known of a request that is on its way to a service.
struct Asking {
    door: Arc<Door>,
    host: Host,
    client: IpAddr,
    token: Option<HeaderValue>,
    upgrade: Option<Upgrade>,
}

impl Asking {
    /// The same, for a service that is not awake.
    fn journey(self, request: Request<RequestBody>) -> Journey {
        let Self { door, host, client, token, upgrade } = self;
        Journey { door, host, client, token, upgrade, request }
    }
}

async fn carry(
    shard: &Rc<Shard>,
    asking: Asking,
    request: Box<Request<RequestBody>>,
) -> Response<ResponseBody> {
    let no_use = asleep::is_ignored(&asking.door.face(), request.headers());
    let inside = if no_use { asking.door.look_in() } else { asking.door.enter() };
    let Some(inside) = inside else {
        return Box::pin(asleep::reach(shard, asking.journey(*request))).await;
    };
    match send(shard, inside, request, asking.upgrade.as_ref()).await {
        Ok(answer) => answer,
        Err(Failure::Broken(error)) => broken(&asking.door, &error),
        Err(Failure::Unreachable(request, error)) => {
            Box::pin(asleep::reach_again(shard, asking.journey(*request), &error)).await
        }
    }
}

/// Leads a client to the same address over HTTPS, with the same method and body.
fn moved(host: &Host, port: u16, uri: &Uri) -> Response<ResponseBody> {
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let shown = if port == 443 { String::new() } else { format!(":{port}") };
    let mut answer = answer(StatusCode::PERMANENT_REDIRECT, "text/plain; charset=utf-8", Bytes::new());
    if let Ok(to) = HeaderValue::from_str(&format!("https://{}{shown}{path}", host.as_str())) {
        answer.headers_mut().insert(LOCATION, to);
    }
    answer
}

/// Sends a request to a service that is awake.
pub(crate) async fn forward(
    shard: &Rc<Shard>,
    inside: Inside,
    request: Request<RequestBody>,
    upgrade: Option<&Upgrade>,
) -> Result<Response<ResponseBody>, Failure> {
    send(shard, inside, Box::new(request), upgrade).await
}

async fn send(
    shard: &Rc<Shard>,
    inside: Inside,
    request: Box<Request<RequestBody>>,
    upgrade: Option<&Upgrade>,
) -> Result<Response<ResponseBody>, Failure> {
    if let Some(upgrade) = upgrade {
        return Box::pin(relay(shard, inside, request, upgrade)).await;
    }
    let answer = exchange(shard, inside, request).await?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(problem(
            Problem::BadGateway,
            "the service switched to a protocol that nobody asked for",
            None,
        ));
    }
    Ok(answer)
}

/// The answer when a service has perhaps got a request and does not answer it. It is never sent twice.
pub(crate) fn broken(door: &Door, error: &Broken) -> Response<ResponseBody> {
    if let Broken::RequestBody(cause) = error {
        tracing::debug!(service = %door.key().service, %cause, "the body of a request was bad");
        return problem(Problem::BadRequest, "the body of the request is malformed, or broke off", None);
    }
    tracing::warn!(service = %door.key().service, %error, "a service did not answer a request");
    problem(
        Problem::BadGateway,
        "the service closed the connection before it answered, or its answer is not HTTP",
        None,
    )
}

/// The service for a request: the one that a trusted proxy names, or the one that has declared the host and path.
fn find(routes: &Routes, named: Option<&(String, u16)>, host: &Host, path: &str) -> Option<Arc<Door>> {
    match named {
        Some((name, port)) => routes.named(name, *port),
        None => routes.find(host.as_str(), path),
    }
    .map(Arc::clone)
}

/// The service and the port that a proxy in front names. What anybody else says about it is dropped.
fn take_named(headers: &mut HeaderMap, is_trusted: bool) -> Option<(String, u16)> {
    let is_twice = [&SERVICE_NAME, &TARGET_PORT].iter().any(|name| headers.get_all(*name).iter().count() > 1);
    let name = headers.remove(SERVICE_NAME);
    let port = headers.remove(TARGET_PORT).filter(|_| !is_twice);
    let name = name.filter(|_| is_trusted)?;
    let port = port.as_ref().and_then(|port| port.to_str().ok()).and_then(|port| port.parse().ok());
    // A name without its port, or with one that is none, or said twice, is nobody's.
    Some((name.to_str().unwrap_or_default().to_owned(), port.unwrap_or(0)))
}

impl Shard {
    /// The line for the access log, if there is one.
    fn record(&self, request: &Request<RequestBody>, host: &Host, client: IpAddr) -> Option<Box<Record>> {
        if !self.gateway.settings.access_log || !tracing::enabled!(target: "access", tracing::Level::INFO) {
            return None;
        }
        let (host, path) = (host.as_str().to_owned(), request.uri().path().to_owned());
        let method = request.method().clone();
        Some(Box::new(Record::new(Arc::clone(&self.gateway.clock), client, method, host, path)))
    }
}
