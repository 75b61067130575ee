//! Which host a request is for, and whether its head can be trusted to mean one thing only.
//!
//! A head that two programs in a row read differently is how a request is smuggled past the first one. What is ambiguous is
//! refused, and not repaired.

use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Request, Uri, Version};

/// Why a head is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadFlaw {
    NoHost,
    TwoHosts,
    BadHost,
    OtherHost,
    BadLength,
    BadEncoding,
    BadTarget,
}

impl HeadFlaw {
    /// What is wrong, for whoever sent it.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::NoHost => "the request names no host",
            Self::TwoHosts => "the request names more than one host",
            Self::BadHost => "the host of the request is not a host name or address",
            Self::OtherHost => "the request names one host in its target and another one in its header",
            Self::BadLength => "the request says its length in more than one way",
            Self::BadEncoding => "the transfer encoding of the request is not `chunked`",
            Self::BadTarget => "the target of the request is not a path",
        }
    }
}

/// The host of a request, without its port.
#[derive(Debug, Clone)]
pub(crate) struct Host {
    value: HeaderValue,
    end: usize,
    lower: Option<String>,
}

impl Host {
    /// In lower case, without a dot at the end.
    pub(crate) fn as_str(&self) -> &str {
        match &self.lower {
            Some(lower) => lower,
            None => self.value.to_str().map_or("", |text| &text[..self.end]),
        }
    }

    fn of(value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?;
        let name = without_port(text)?;
        let name = name.strip_suffix('.').unwrap_or(name);
        let end = name.len();
        let lower = name.bytes().any(|byte| byte.is_ascii_uppercase()).then(|| name.to_ascii_lowercase());
        is_name(name).then(|| Self { value: value.clone(), end, lower })
    }
}

/// Checks a head, and makes its target a path and its `Host` header the only thing that says the host.
pub(crate) fn examine<B>(request: &mut Request<B>) -> Result<Host, HeadFlaw> {
    check_length(request.headers())?;
    let named = the_host(request.headers())?;
    if let Some(authority) = request.uri().authority() {
        // A user name in the target would be passed on as a part of the host.
        let authority = HeaderValue::from_str(authority.as_str()).map_err(|_| HeadFlaw::BadHost)?;
        match named {
            Some(named) if !named.as_bytes().eq_ignore_ascii_case(authority.as_bytes()) => {
                return Err(HeadFlaw::OtherHost);
            }
            Some(_) => {}
            None if request.version() == Version::HTTP_2 => {
                request.headers_mut().insert(HOST, authority);
            }
            None => return Err(HeadFlaw::NoHost),
        }
        make_origin_form(request.uri_mut())?;
    }
    let path = request.uri().path();
    let is_target = path.starts_with('/') || (request.method() == Method::OPTIONS && path == "*");
    if !is_target {
        return Err(HeadFlaw::BadTarget);
    }
    let host = request.headers().get(HOST).ok_or(HeadFlaw::NoHost)?;
    Host::of(host).ok_or(HeadFlaw::BadHost)
}

fn the_host(headers: &HeaderMap) -> Result<Option<&HeaderValue>, HeadFlaw> {
    let mut hosts = headers.get_all(HOST).iter();
    let first = hosts.next();
    if hosts.next().is_some() { Err(HeadFlaw::TwoHosts) } else { Ok(first) }
}

fn check_length(headers: &HeaderMap) -> Result<(), HeadFlaw> {
    let Some(encoding) = headers.get(TRANSFER_ENCODING) else {
        let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
        lengths.next();
        return if lengths.next().is_some() { Err(HeadFlaw::BadLength) } else { Ok(()) };
    };
    let only_one = headers.get_all(TRANSFER_ENCODING).iter().count() == 1;
    if !only_one || !encoding.as_bytes().eq_ignore_ascii_case(b"chunked") {
        return Err(HeadFlaw::BadEncoding);
    }
    if headers.contains_key(CONTENT_LENGTH) {
        return Err(HeadFlaw::BadLength);
    }
    Ok(())
}

fn make_origin_form(uri: &mut Uri) -> Result<(), HeadFlaw> {
    let path = uri.path_and_query().cloned().ok_or(HeadFlaw::BadTarget)?;
    *uri = Uri::from(path);
    Ok(())
}

/// A host without its port; `None` if what follows the name is not a port.
fn without_port(text: &str) -> Option<&str> {
    let colon = match text.strip_prefix('[') {
        Some(address) => {
            let end = address.find(']')? + 2;
            if end == text.len() {
                return Some(text);
            }
            end
        }
        None => match text.find(':') {
            Some(colon) => colon,
            None => return Some(text),
        },
    };
    let port = text[colon..].strip_prefix(':')?;
    let is_port = port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    is_port.then_some(&text[..colon])
}

fn is_name(name: &str) -> bool {
    let (body, colons) = match name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => (address, true),
        None => (name, false),
    };
    let fits = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') || (colons && byte == b':')
    };
    (1..=253).contains(&body.len()) && body.bytes().all(fits)
}

#[cfg(test)]
mod tests;
