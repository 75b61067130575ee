//! What an answer looks like on its way to a client.

use http::header::{CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING};
use http::response::Parts;
use http::{HeaderValue, StatusCode};
use hyper::body::Body as _;
use hyper::ext::ReasonPhrase;

use crate::body::ResponseBody;
use crate::upstream::request_head::{write_field, write_length};

/// How the body of an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Nothing,
    Plain,
    Chunks,
}

/// What is known of an answer beside its head.
pub(super) struct About<'a> {
    pub(super) body: &'a ResponseBody,
    /// It answers a HEAD request.
    pub(super) to_head: bool,
    /// The connection ends with it.
    pub(super) is_last: bool,
    pub(super) date: &'a HeaderValue,
}

/// Writes the head of an answer. Whether the connection ends with it is said, whoever wants it.
pub(super) fn write(out: &mut Vec<u8>, parts: &Parts, about: &About<'_>) -> (Shape, bool) {
    write_status(out, parts);
    let (mut length, mut has_date, mut is_last) = (None, false, about.is_last);
    for (name, value) in &parts.headers {
        if *name == CONTENT_LENGTH {
            length = value.to_str().ok().and_then(|length| length.parse().ok());
        } else if *name == CONNECTION {
            is_last |= value.as_bytes().eq_ignore_ascii_case(b"close");
        } else if *name != TRANSFER_ENCODING {
            has_date |= *name == DATE;
            write_field(out, name.as_str(), value);
        }
    }
    if let Some(fields) = about.body.fields() {
        length = fields.length();
        has_date |= fields.write(out);
    }
    if !has_date {
        write_field(out, "date", about.date);
    }
    let is_bare = matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let shape = if about.to_head || is_bare {
        if let Some(length) = length.filter(|_| parts.status != StatusCode::NO_CONTENT) {
            write_length(out, length);
        }
        Shape::Nothing
    } else if let Some(length) = about.body.size_hint().exact() {
        write_length(out, length);
        Shape::Plain
    } else {
        out.extend_from_slice(b"transfer-encoding: chunked\r\n");
        Shape::Chunks
    };
    if is_last {
        out.extend_from_slice(b"connection: close\r\n");
    }
    out.extend_from_slice(b"\r\n");
    (shape, is_last)
}

fn write_status(out: &mut Vec<u8>, parts: &Parts) {
    if parts.status == StatusCode::OK && parts.extensions.is_empty() {
        out.extend_from_slice(b"HTTP/1.1 200 OK\r\n");
        return;
    }
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(parts.status.as_str().as_bytes());
    out.push(b' ');
    match parts.extensions.get::<ReasonPhrase>() {
        Some(reason) => out.extend_from_slice(reason.as_bytes()),
        None => out.extend_from_slice(parts.status.canonical_reason().unwrap_or_default().as_bytes()),
    }
    out.extend_from_slice(b"\r\n");
}
