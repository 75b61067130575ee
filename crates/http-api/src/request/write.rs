//! The conditions under which something is written.

use std::fmt::Write as _;
use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use core_monitor_application::server::Write;
use core_monitor_domain::ports::{Idempotency, IfMatch};
use sha2::{Digest, Sha256};

use crate::caller::Caller;
use crate::error_code::ErrorCode;
use crate::problem::Problem;

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

/// One whose body may be a project folder.
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
    /// The conditions of a write to an existing stack, which needs a precondition.
    pub(crate) fn on_existing(self) -> Result<Write, Problem> {
        let Some(if_match) = self.if_match else {
            return Err(Problem::new(
                ErrorCode::PreconditionRequired,
                "the request has no `If-Match` header",
            )
            .with_hint("read the stack and send its `ETag` in `If-Match`, or send `If-Match: *`"));
        };
        Ok(Write { principal: self.caller.0, idempotency: self.idempotency, if_match })
    }
}

fn header_text(request: &HttpRequest, name: &str) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get(name) else { return Ok(None) };
    match value.to_str() {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(_) => {
            Err(Problem::new(ErrorCode::InvalidRequest, format!("the header `{name}` is not plain text")))
        }
    }
}

fn if_match(text: &str) -> Result<IfMatch, Problem> {
    if text == "*" {
        return Ok(IfMatch::Any);
    }
    // Quotes belong to an ETag, but shells eat them so easily that their absence is forgiven.
    let tag = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    tag.parse().map(IfMatch::Exactly).map_err(|_| {
        Problem::new(
            ErrorCode::InvalidRequest,
            "the header `If-Match` has neither `*` nor the `ETag` of a stack",
        )
        .with_hint("an `ETag` looks like `\"v3.42\"`; GET /api/v1/stacks/{id} answers with it")
    })
}

fn idempotency(key: String, request: &HttpRequest, body: &[u8; 32]) -> Result<Idempotency, Problem> {
    let plain = key.bytes().all(|b| (0x20..0x7f).contains(&b));
    if key.is_empty() || key.len() > LONGEST_KEY || !plain {
        return Err(Problem::new(
            ErrorCode::InvalidRequest,
            format!("the header `Idempotency-Key` must have 1 to {LONGEST_KEY} plain characters"),
        ));
    }
    Ok(Idempotency { key, fingerprint: fingerprint(request, body) })
}

/// Tells requests apart. `wait` does not count: asking again with more patience is the same request.
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
