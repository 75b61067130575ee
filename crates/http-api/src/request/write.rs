//! Requests that write, with their preconditions.

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use core_monitor_application::server::Write;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::{Idempotency, IfMatch};
use sha2::{Digest, Sha256};

use crate::caller::Caller;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::said;

use super::Body;

/// Longest idempotency key.
const LONGEST_KEY: usize = 255;

/// A request that writes: who sends it, its body, and its conditions.
pub(crate) struct WriteRequest<const ARCHIVES: bool = false> {
    pub(crate) caller: Caller,
    pub(crate) body: Body<ARCHIVES>,
    pub(crate) idempotency: Option<Idempotency>,
    if_match: Option<IfMatch>,
}

/// A write whose body may be a project folder.
pub(crate) type WriteUpload = WriteRequest<true>;

impl<const ARCHIVES: bool> FromRequest for WriteRequest<ARCHIVES> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let body = Body::<ARCHIVES>::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let caller = caller.await?;
            let body = body.await?;
            let if_match = header_text(&request, "If-Match")?.map(|text| if_match(&text)).transpose()?;
            let key = header_text(&request, "Idempotency-Key")?;
            let idempotency = key.map(|key| idempotency(key, &request, &body.digest)).transpose()?;
            Ok(Self { caller, body, idempotency, if_match })
        })
    }
}

impl<const ARCHIVES: bool> WriteRequest<ARCHIVES> {
    /// The caller and the conditions of a write to an existing stack, which requires a precondition.
    pub(crate) fn on_existing(self) -> Result<(Actor, Write), Problem> {
        let if_match = self.if_match.ok_or_else(precondition_missing)?;
        Ok((self.caller.0, Write { idempotency: self.idempotency, if_match }))
    }

    /// The caller and the conditions of a write to the host, whose state has no revision.
    pub(crate) fn on_host(self) -> (Actor, Write) {
        (self.caller.0, Write { idempotency: self.idempotency, if_match: IfMatch::Any })
    }
}

/// The conditions of a write to an existing stack whose body is not kept, for the SHA-256 of what was sent.
pub(crate) fn conditions(request: &HttpRequest, digest: &[u8; 32]) -> Result<Write, Problem> {
    let if_match = header_text(request, "If-Match")?.map(|text| if_match(&text)).transpose()?;
    let key = header_text(request, "Idempotency-Key")?;
    let idempotency = key.map(|key| idempotency(key, request, digest)).transpose()?;
    let if_match = if_match.ok_or_else(precondition_missing)?;
    Ok(Write { idempotency, if_match })
}

/// The version of a template that `If-Match` expects to be the newest; none for `*`, and without the header.
pub(crate) fn expected_version(request: &HttpRequest) -> Result<Option<VersionNumber>, Problem> {
    let Some(text) = header_text(request, "If-Match")?.filter(|text| text != "*") else { return Ok(None) };
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&text);
    let number = tag.strip_prefix('v').and_then(|number| number.parse().ok());
    let number = number.ok_or_else(|| {
        Problem::new(ErrorCode::InvalidRequest, said::if_match_no_template())
            .with_hint(said::template_etag_looks_like())
    })?;
    Ok(Some(VersionNumber(number)))
}

fn precondition_missing() -> Problem {
    Problem::new(ErrorCode::PreconditionRequired, said::if_match_missing()).with_hint(said::send_etag())
}

pub(super) fn header_text(request: &HttpRequest, name: &str) -> Result<Option<String>, Problem> {
    let mut values = request.headers().get_all(name);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        let text = said::header_more_than_once(name);
        return Err(Problem::new(ErrorCode::InvalidRequest, text));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(_) => Err(Problem::new(ErrorCode::InvalidRequest, said::header_not_plain_text(name))),
    }
}

fn if_match(text: &str) -> Result<IfMatch, Problem> {
    if text == "*" {
        return Ok(IfMatch::Any);
    }
    // The quotes are part of an ETag, but shells strip them so easily that they are optional here.
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    tag.parse().map(IfMatch::Exactly).map_err(|_| {
        Problem::new(ErrorCode::InvalidRequest, said::if_match_invalid()).with_hint(said::etag_looks_like())
    })
}

fn idempotency(key: String, request: &HttpRequest, body: &[u8; 32]) -> Result<Idempotency, Problem> {
    let plain = key.bytes().all(|b| (0x20..0x7f).contains(&b));
    if key.is_empty() || key.len() > LONGEST_KEY || !plain {
        return Err(Problem::new(ErrorCode::InvalidRequest, said::idempotency_key_invalid(LONGEST_KEY)));
    }
    Ok(Idempotency { key, fingerprint: fingerprint(request, body) })
}

/// Hash that identifies a request. `wait` is left out: repeating a request with a longer wait is the same request.
fn fingerprint(request: &HttpRequest, body: &[u8; 32]) -> String {
    let query = request.query_string().split('&').filter(|pair| !pair.starts_with("wait="));
    let query: Vec<_> = query.collect();
    let mut hash = Sha256::new();
    for part in
        [request.method().as_str().as_bytes(), request.path().as_bytes(), query.join("&").as_bytes(), body]
    {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().fold("sha256:".to_owned(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
