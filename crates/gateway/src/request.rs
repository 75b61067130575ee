//! One request: which service it is for, and what it gets.

use std::convert::Infallible;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use core_monitor_application::gateway::{Door, Inside, Routes};
use http::header::{CONNECTION, LOCATION};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use hyper::body::{Body as _, Incoming};

use crate::answers::{Problem, answer, problem};
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
    let (mut parts, body) = request.into_parts();
    let Ok(upgrade) = Upgrade::asked(&mut parts, &body) else {
        return Ok(problem(Problem::ConnectRefused, "CONNECT is not for this gateway", None));
    };
    let host = match examine(&mut parts) {
        Ok(host) => host,
        Err(flaw) => {
            let mut answer = problem(Problem::BadRequest, flaw.sentence(), None);
            // What follows on the connection may be a part of this request.
            if parts.version != Version::HTTP_2 {
                answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            return Ok(answer);
        }
    };
    let gateway = &shard.gateway;
    let client = Client::of(&visit.peer, &parts.headers, visit.tls, &gateway.trusted);
    let record = shard.record(&parts, &host, client.address);
    let mut answer = dispatch(&shard, &visit, parts, body, host, &client, upgrade).await;
    if let Some(mut record) = record {
        record.status = answer.status();
        answer.body_mut().record(record);
    }
    Ok(answer)
}

async fn dispatch(
    shard: &Rc<Shard>,
    visit: &Visit,
    mut parts: Parts,
    body: Incoming,
    host: Host,
    client: &Client,
    upgrade: Option<Upgrade>,
) -> Response<ResponseBody> {
    let gateway = &shard.gateway;
    let named = take_named(&mut parts.headers, client.peer_is_trusted && gateway.settings.service_headers);
    let token = parts.headers.remove(WAKE_TOKEN);
    if let Some(own) = gateway.own_paths.which(parts.uri.path()) {
        let door = find(&gateway.routes.load(), named.as_ref(), &host, &own_requests::about(&parts));
        if let Some(door) = door {
            return Box::pin(own_requests::answer(shard, own, door, parts, body, token)).await;
        }
    }
    let Some(door) = find(&gateway.routes.load(), named.as_ref(), &host, parts.uri.path()) else {
        return problem(Problem::NoSuchService, "no service is declared for this host and path", None);
    };
    if let Some(port) = gateway.settings.redirect_to.filter(|_| client.scheme == Scheme::Http) {
        return moved(&host, port, &parts.uri);
    }
    let began = gateway.clock.elapsed();
    let meter = shard.meter(&door);
    strip_request(&mut parts.headers);
    if !body.is_end_stream() && body.size_hint().exact().is_none() {
        // Otherwise the body of a GET would be taken for nothing.
        parts.headers.insert(http::header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    write_forwarded(&mut parts.headers, client, &visit.peer);
    parts.version = Version::HTTP_11;
    let request = Request::from_parts(parts, RequestBody::new(body, &meter));
    let journey = Journey { door, host, client: client.address, token, upgrade, request };
    let mut answer = carry(shard, journey).await;
    let is_services = answer.body().is_from_service() || answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    let by = if is_services { AnsweredBy::Service } else { AnsweredBy::Gateway };
    meter.answered(by, answer.status().as_u16(), gateway.clock.elapsed().saturating_sub(began));
    if answer.body().is_from_service() {
        answer.body_mut().count(meter);
    }
    answer
}

async fn carry(shard: &Rc<Shard>, journey: Journey) -> Response<ResponseBody> {
    let no_use = asleep::is_ignored(&journey.door.face(), journey.request.headers());
    let inside = if no_use { journey.door.look_in() } else { journey.door.enter() };
    let Some(inside) = inside else { return Box::pin(asleep::reach(shard, journey)).await };
    let Journey { door, host, client, token, upgrade, request } = journey;
    match forward(shard, inside, request, upgrade.as_ref()).await {
        Ok(answer) => answer,
        Err(Failure::Broken(error)) => broken(&door, &error),
        Err(Failure::Unreachable(request, error)) => {
            let journey = Journey { door, host, client, token, upgrade, request: *request };
            Box::pin(asleep::reach_again(shard, journey, &error)).await
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
    if let Some(upgrade) = upgrade {
        return Box::pin(relay(shard, inside, request, upgrade)).await;
    }
    let mut answer = exchange(shard, inside, request).await?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        return Ok(problem(
            Problem::BadGateway,
            "the service switched to a protocol that nobody asked for",
            None,
        ));
    }
    strip_response(answer.headers_mut());
    *answer.version_mut() = Version::HTTP_11;
    Ok(answer)
}

/// The answer when a service has perhaps got a request and does not answer it. It is never sent twice.
pub(crate) fn broken(door: &Door, error: &hyper::Error) -> Response<ResponseBody> {
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
    fn record(&self, parts: &Parts, host: &Host, client: IpAddr) -> Option<Box<Record>> {
        if !self.gateway.settings.access_log || !tracing::enabled!(target: "access", tracing::Level::INFO) {
            return None;
        }
        let (host, path) = (host.as_str().to_owned(), parts.uri.path().to_owned());
        let method: Method = parts.method.clone();
        Some(Box::new(Record::new(Arc::clone(&self.gateway.clock), client, method, host, path)))
    }
}
