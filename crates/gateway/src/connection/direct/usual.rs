//! The usual request: in HTTP/1.1, for a path, and without a body.
//!
//! It is told apart by what it has not: everything that is not certainly usual is left to hyper, with every byte of it, and hyper
//! decides what it is or how it is refused. Heads are read by the parser that hyper reads them with.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, TE, TRAILER, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use httparse::{ParserConfig, Status};

use crate::body::RequestBody;
use crate::own_paths::OwnPaths;

/// How many headers a usual request has at most.
const MOST: usize = 100;

/// Headers that make a request unusual: it has a body, or wants something of the connection.
const UNUSUAL: [HeaderName; 6] = [CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE, EXPECT, TE, TRAILER];

/// What the bytes of a client are.
pub(super) enum Looked {
    /// The beginning of something.
    Part,
    /// Not for us.
    Unusual,
    /// A usual request.
    Usual(Usual),
}

/// A usual request.
pub(super) struct Usual {
    pub(super) request: Box<Request<RequestBody>>,
    /// How many bytes it has.
    pub(super) length: usize,
    /// Its client wants no further answer.
    pub(super) is_last: bool,
}

/// Looks what these bytes begin with.
pub(super) fn look(bytes: &[u8], max_head: usize, own: &OwnPaths) -> Looked {
    let mut fields = [MaybeUninit::uninit(); MOST];
    let mut parsed = httparse::Request::new(&mut []);
    match ParserConfig::default().parse_request_with_uninit_headers(&mut parsed, bytes, &mut fields) {
        Ok(Status::Complete(length)) if length <= max_head => {
            usual(bytes, &parsed, length, own).map_or(Looked::Unusual, Looked::Usual)
        }
        Ok(Status::Partial) if bytes.len() < max_head => Looked::Part,
        _ => Looked::Unusual,
    }
}

fn usual(bytes: &[u8], parsed: &httparse::Request<'_, '_>, length: usize, own: &OwnPaths) -> Option<Usual> {
    let (method, path) = (parsed.method?, parsed.path?);
    if parsed.version != Some(1) || !path.starts_with('/') {
        return None;
    }
    let mut request = Box::new(Request::new(RequestBody(None)));
    *request.method_mut() =
        Method::from_bytes(method.as_bytes()).ok().filter(|method| *method != Method::CONNECT)?;
    let head = Bytes::copy_from_slice(&bytes[..length]);
    let base = bytes.as_ptr().addr();
    let part = |of: &[u8]| {
        let start = of.as_ptr().addr().checked_sub(base)?;
        head.get(start..start + of.len())?;
        Some(head.slice(start..start + of.len()))
    };
    *request.uri_mut() = Uri::from_maybe_shared(part(path.as_bytes())?).ok()?;
    if own.which(request.uri().path()).is_some() {
        return None;
    }
    let mut is_last = None;
    let headers = request.headers_mut();
    headers.reserve(parsed.headers.len() + 6);
    for field in &*parsed.headers {
        let name = HeaderName::from_bytes(field.name.as_bytes()).ok()?;
        let value = match field.value {
            b"" => HeaderValue::from_static(""),
            value => HeaderValue::from_maybe_shared(part(value)?).ok()?,
        };
        if name == CONNECTION {
            let is_close = value.as_bytes().eq_ignore_ascii_case(b"close");
            let is_plain = is_close || value.as_bytes().eq_ignore_ascii_case(b"keep-alive");
            if !is_plain || is_last.replace(is_close).is_some() {
                return None;
            }
        } else if UNUSUAL.contains(&name) {
            return None;
        } else {
            headers.append(name, value);
        }
    }
    Some(Usual { request, length, is_last: is_last.unwrap_or(false) })
}
