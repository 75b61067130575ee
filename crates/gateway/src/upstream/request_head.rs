//! What a request looks like on its way to a service.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Request};

use crate::body::RequestBody;

/// How a request says where its body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// It has none.
    Nothing,
    /// It has so many bytes.
    Length(u64),
    /// It comes in chunks.
    Chunks,
}

/// Writes the head of a request.
pub(crate) fn write(out: &mut Vec<u8>, request: &Request<RequestBody>) -> Outgoing {
    let outgoing = request.body().outgoing();
    out.extend_from_slice(request.method().as_str().as_bytes());
    out.push(b' ');
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    out.extend_from_slice(target.as_bytes());
    out.extend_from_slice(b" HTTP/1.1\r\n");
    write_fields(out, request.headers());
    match outgoing {
        Outgoing::Chunks => out.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        Outgoing::Length(length) => write_length(out, length),
        // Otherwise some services wait for a body.
        Outgoing::Nothing if is_expected_to_have_a_body(request) => write_length(out, 0),
        Outgoing::Nothing => {}
    }
    out.extend_from_slice(b"\r\n");
    outgoing
}

fn is_expected_to_have_a_body(request: &Request<RequestBody>) -> bool {
    matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH)
        || request.headers().contains_key(CONTENT_LENGTH)
}

/// The headers, except those about the end of the body.
fn write_fields(out: &mut Vec<u8>, headers: &HeaderMap) {
    for (name, value) in headers {
        if *name != CONTENT_LENGTH && *name != TRANSFER_ENCODING {
            write_field(out, name.as_str(), value);
        }
    }
}

/// One header.
pub(crate) fn write_field(out: &mut Vec<u8>, name: &str, value: &HeaderValue) {
    write_line(out, name.as_bytes(), value.as_bytes());
}

/// One header of which both parts are known to be right.
pub(super) fn write_line(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// The length of a body.
pub(crate) fn write_length(out: &mut Vec<u8>, length: u64) {
    write_field(out, "content-length", &HeaderValue::from(length));
}
