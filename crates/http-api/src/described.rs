//! The error responses of an endpoint, for the `OpenAPI` document.

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::error_code::ErrorCode;

/// Errors of every endpoint that requires a token.
const ALWAYS: [ErrorCode; 6] = [
    ErrorCode::Unauthorized,
    ErrorCode::SessionEnded,
    ErrorCode::Forbidden,
    ErrorCode::Internal,
    ErrorCode::DatabaseCorrupt,
    ErrorCode::DatabaseUnavailable,
];
/// Additional errors of every endpoint that reads a body.
const BODIES: [ErrorCode; 5] = [
    ErrorCode::InvalidRequest,
    ErrorCode::ServerBusy,
    ErrorCode::RequestTimeout,
    ErrorCode::BodyTooLarge,
    ErrorCode::UnsupportedMediaType,
];
/// Additional errors of every endpoint that changes an existing stack.
const CHANGES: [ErrorCode; 4] = [
    ErrorCode::StackNotFound,
    ErrorCode::PreconditionFailed,
    ErrorCode::PreconditionRequired,
    ErrorCode::IdempotencyMismatch,
];

/// What the endpoint does, which decides the errors it shares with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads.
    Read,
    /// Writes, without a request body.
    Act,
    /// Writes something that is not an existing stack.
    Write,
    /// Writes an existing stack.
    Change,
    /// Needs no token, so it has no error in common with others.
    Ticket,
}

/// Every error response of an endpoint, one per status, with an example per code.
pub(crate) fn describe(access: Access, own: &[ErrorCode]) -> BTreeMap<String, RefOr<Response>> {
    let mut codes: Vec<ErrorCode> = if access == Access::Ticket { Vec::new() } else { ALWAYS.to_vec() };
    if matches!(access, Access::Act | Access::Write | Access::Change) {
        codes.extend([ErrorCode::CrossSite, ErrorCode::CsrfInvalid]);
    }
    if matches!(access, Access::Write | Access::Change) {
        codes.extend(BODIES);
    }
    if access == Access::Change {
        codes.extend(CHANGES);
    }
    codes.extend(own);
    codes.sort();
    codes.dedup();
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status().as_u16()).or_default().push(code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), RefOr::T(response(status, &codes))))
        .collect()
}

fn response(status: u16, codes: &[ErrorCode]) -> Response {
    let texts: Vec<_> = codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.about())).collect();
    let examples = codes.iter().map(|code| {
        let value = json!({
            "type": format!("urn:core-monitor:problem:{}", code.as_str()),
            "title": code.title(),
            "status": status,
            "code": code.as_str(),
            "detail": code.about(),
            "message": {"code": "foreign", "params": {}, "messages": {}, "text": code.about()},
            "hint": null,
            "errors": [],
            "warnings": [],
        });
        (code.as_str(), ExampleBuilder::new().summary(code.title()).value(Some(value)).build())
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples)
        .build();
    let header = |text: &str| HeaderBuilder::new().description(Some(text)).build();
    let answer =
        ResponseBuilder::new().description(texts.join("\n\n")).content("application/problem+json", content);
    match status {
        401 => answer.header("WWW-Authenticate", header("`Bearer`, unless a session has ended.")),
        412 => {
            answer.header("ETag", header("The current revision of the stack, or version of the template."))
        }
        503 => answer.header("Retry-After", header("Seconds to wait before trying again.")),
        _ => answer,
    }
    .build()
}

/// Names the error responses of an endpoint: `answers!(Answers, Change, [VersionNotFound])`.
macro_rules! answers {
    ($name:ident, $access:ident, [$($code:ident),* $(,)?]) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses()
            -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                $crate::described::describe(
                    $crate::described::Access::$access,
                    &[$($crate::error_code::ErrorCode::$code),*],
                )
            }
        }
    };
}
pub(crate) use answers;
