//! Headers that are about one connection and do not go through the gateway.

use http::header::{
    CONNECTION, EXPECT, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const HTTP2_SETTINGS: HeaderName = HeaderName::from_static("http2-settings");

/// What `Connection` cannot take out of a request. Without its `Host` or `Content-Length` it would be another request, and
/// without what a proxy in front says about the client, the client would be that proxy.
const STAYS: [&str; 12] = [
    "host",
    "content-length",
    "forwarded",
    "x-real-ip",
    "authorization",
    "cookie",
    "origin",
    "content-type",
    "sec-fetch-site",
    "x-service-name",
    "x-target-port",
    "trailer",
];

/// Takes them out of a request.
pub(crate) fn strip_request(headers: &mut HeaderMap) {
    strip_named(headers);
    if let Some(te) = headers.remove(TE)
        && names(&te).any(|name| name.eq_ignore_ascii_case("trailers"))
    {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    for name in [&UPGRADE, &TRANSFER_ENCODING, &EXPECT, &PROXY_AUTHORIZATION] {
        headers.remove(name);
    }
    for name in [KEEP_ALIVE, PROXY_CONNECTION, HTTP2_SETTINGS] {
        headers.remove(name);
    }
}

/// Takes them out of a response.
pub(crate) fn strip_response(headers: &mut HeaderMap) {
    strip_named(headers);
    for name in [&UPGRADE, &TRANSFER_ENCODING, &TE, &PROXY_AUTHENTICATE] {
        headers.remove(name);
    }
    for name in [KEEP_ALIVE, PROXY_CONNECTION] {
        headers.remove(name);
    }
}

/// Whether `Connection` names `Upgrade`.
pub(crate) fn wants_upgrade(headers: &HeaderMap) -> bool {
    headers.contains_key(UPGRADE)
        && headers.get_all(CONNECTION).iter().flat_map(names).any(|name| name.eq_ignore_ascii_case("upgrade"))
}

/// Removes `Connection`, and every header that it names and may name.
fn strip_named(headers: &mut HeaderMap) {
    let Some(first) = headers.get(CONNECTION) else { return };
    let is_usual = ["keep-alive", "close", "upgrade"]
        .iter()
        .any(|usual| first.as_bytes().eq_ignore_ascii_case(usual.as_bytes()));
    if is_usual && headers.get_all(CONNECTION).iter().count() == 1 {
        headers.remove(CONNECTION);
        return;
    }
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .flat_map(names)
        .filter_map(|name| HeaderName::from_bytes(name.as_bytes()).ok())
        .filter(|name| !stays(name))
        .collect();
    headers.remove(CONNECTION);
    for name in named {
        headers.remove(name);
    }
}

fn stays(name: &HeaderName) -> bool {
    let name = name.as_str();
    name.starts_with("x-forwarded")
        || name.starts_with("x-core-monitor")
        || STAYS.contains(&name)
        || name == "te"
}

fn names(value: &HeaderValue) -> impl Iterator<Item = &str> {
    value.to_str().unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests;
