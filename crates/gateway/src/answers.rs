//! The answers that the gateway makes itself.
//!
//! Nobody may keep them, take them for the application's, or make something of them that they are not: a waiting page that a proxy
//! stores under the address of a script breaks a site long after the service is awake.

use std::time::Duration;

use bytes::Bytes;
use core_monitor_waiting_page::{Language, Nonce, Rendered};
use http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};
use serde::Serialize;

use crate::body::ResponseBody;
use crate::gateway::Gateway;
use crate::negotiate::Wants;
use crate::pages::Page;

const CDN_CACHE_CONTROL: HeaderName = HeaderName::from_static("cdn-cache-control");
const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");

/// What went wrong, as RFC 9457 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Problem {
    BadRequest,
    ConnectRefused,
    NoSuchService,
    BadGateway,
    Starting,
    StartFailed,
    Closed,
    Held,
    TooManyWaiting,
    TooManyWakes,
    MayNotWake,
    CredentialsUnknown,
    NotWoken,
    Misdirected,
}

impl Problem {
    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::ConnectRefused => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoSuchService => StatusCode::NOT_FOUND,
            Self::BadGateway => StatusCode::BAD_GATEWAY,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::ConnectRefused => "connect-refused",
            Self::NoSuchService => "no-such-service",
            Self::BadGateway => "no-answer",
            Self::Starting => "service-starting",
            Self::StartFailed => "start-failed",
            Self::Closed => "closed",
            Self::Held => "held",
            Self::TooManyWaiting => "too-many-waiting",
            Self::TooManyWakes => "too-many-wakes",
            Self::MayNotWake => "may-not-wake",
            Self::CredentialsUnknown => "credentials-unknown",
            Self::NotWoken => "not-woken",
            Self::Misdirected => "misdirected",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "the request is ambiguous",
            Self::ConnectRefused => "the gateway makes no tunnels",
            Self::NoSuchService => "no service is declared for this address",
            Self::BadGateway => "the service did not answer",
            Self::Starting => "the service is starting",
            Self::StartFailed => "the service could not be started",
            Self::Closed => "the service is closed now",
            Self::Held => "the service may not start yet",
            Self::TooManyWaiting => "too many requests wait for the service",
            Self::TooManyWakes => "too many services were woken from this address",
            Self::MayNotWake => "the service sleeps, and somebody has to wake it in Core Monitor",
            Self::CredentialsUnknown => "it cannot be found out now who may wake the service",
            Self::NotWoken => "the service sleeps, and this request does not wake it",
            Self::Misdirected => "the host belongs to another certificate than that of the connection",
        }
    }
}

#[derive(Serialize)]
struct ProblemBody<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
}

/// A problem as JSON.
pub(crate) fn problem(
    problem: Problem,
    detail: &str,
    retry_after: Option<Duration>,
) -> Response<ResponseBody> {
    let body = ProblemBody {
        r#type: format!("urn:core-monitor:problem:{}", problem.code()),
        title: problem.title(),
        status: problem.status().as_u16(),
        detail,
    };
    let text = serde_json::to_vec(&body).unwrap_or_default();
    let mut answer = answer(problem.status(), "application/problem+json", Bytes::from(text));
    set_retry_after(answer.headers_mut(), retry_after);
    answer
}

/// A page for a service that is not awake.
pub(crate) fn page(page: Page, retry_after: Duration) -> Response<ResponseBody> {
    let mut answer = html(StatusCode::SERVICE_UNAVAILABLE, page);
    set_retry_after(answer.headers_mut(), Some(retry_after));
    answer
}

/// The answer for an address that belongs to no service. It is the same whether the host is unknown or just the path is.
pub(crate) fn nowhere(gateway: &Gateway, parts: &Parts) -> Response<ResponseBody> {
    if Wants::of(&parts.method, &parts.headers) == Wants::Answer {
        return problem(Problem::NoSuchService, "no service is declared for this host and path", None);
    }
    let language = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = Language::negotiate(language.unwrap_or_default());
    let mut random = [0; 16];
    let secret = gateway.ids.secret();
    random.copy_from_slice(&secret[..16]);
    let Rendered { html: text, content_security_policy: csp } =
        core_monitor_waiting_page::nowhere(language, &Nonce::of(random));
    html(StatusCode::NOT_FOUND, Page { html: Bytes::from(text), csp })
}

/// The answer to a request for a host that is not behind the certificate of its connection. Browsers open another connection then.
pub(crate) fn misdirected(parts: &Parts) -> Response<ResponseBody> {
    let mut answer = problem(Problem::Misdirected, "open a connection for this host", None);
    if parts.version != Version::HTTP_2 {
        answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

fn html(status: StatusCode, page: Page) -> Response<ResponseBody> {
    let mut answer = answer(status, "text/html; charset=utf-8", page.html);
    if let Ok(csp) = HeaderValue::from_str(&page.csp) {
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, csp);
    }
    answer
}

/// A document for the script of a page.
pub(crate) fn document(document: &impl Serialize) -> Response<ResponseBody> {
    let text = serde_json::to_vec(document).unwrap_or_default();
    answer(StatusCode::OK, "application/json", Bytes::from(text))
}

/// An answer with the headers that all of them have.
pub(crate) fn answer(status: StatusCode, kind: &'static str, body: Bytes) -> Response<ResponseBody> {
    let length = body.len();
    let mut answer = Response::new(ResponseBody::own(body));
    *answer.status_mut() = status;
    set_common(answer.headers_mut(), kind);
    answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    answer
}

/// What every answer of the gateway says about itself.
pub(crate) fn set_common(headers: &mut HeaderMap, kind: &'static str) {
    let mut set =
        |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(CACHE_CONTROL, "no-store");
    set(CDN_CACHE_CONTROL, "no-store");
    set(VARY, "Accept, Sec-Fetch-Mode");
    set(CONTENT_TYPE, kind);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_ROBOTS_TAG, "noindex");
    set(REFERRER_POLICY, "no-referrer");
    set(CONTENT_SECURITY_POLICY, "default-src 'none'");
}

fn set_retry_after(headers: &mut HeaderMap, after: Option<Duration>) {
    if let Some(after) = after {
        headers.insert(RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
    }
}
