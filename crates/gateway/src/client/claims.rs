//! The headers with which a request claims something about where it comes from.

use http::{HeaderMap, HeaderName};

/// Removes the headers that only a trusted proxy may send, and those that nobody may.
pub(super) fn remove_claims(headers: &mut HeaderMap, peer_is_trusted: bool) {
    // Most requests have none; an empty vector takes no memory.
    let doomed: Vec<HeaderName> =
        headers.keys().filter(|name| is_doomed(name.as_str(), peer_is_trusted)).cloned().collect();
    for name in &doomed {
        headers.remove(name);
    }
}

fn is_doomed(name: &str, peer_is_trusted: bool) -> bool {
    // A CGI program would take it for the variable HTTP_PROXY, and send what it asks others through that proxy.
    if name == "proxy" {
        return true;
    }
    // Applications that get headers as variables cannot tell `x_forwarded_for` from `x-forwarded-for`; no proxy writes it, and
    // a trusted one may well pass it on.
    if name.contains('_') {
        return is_claim(&name.replace('_', "-"));
    }
    !peer_is_trusted && is_claim(name)
}

/// Whether a header says who sent a request, how, or for what.
fn is_claim(name: &str) -> bool {
    match name.as_bytes().first() {
        Some(b'x') => {
            name.starts_with("x-forwarded-")
                || name.starts_with("x-original-")
                || matches!(
                    name,
                    "x-real-ip"
                        | "x-rewrite-url"
                        | "x-client-ip"
                        | "x-cluster-client-ip"
                        | "x-envoy-external-address"
                        | "x-host"
                        | "x-http-host-override"
                        | "x-proxyuser-ip"
                        | "x-remote-addr"
                        | "x-remote-ip"
                        | "x-scheme"
                        | "x-url-scheme"
                )
        }
        Some(b'f') => matches!(name, "forwarded" | "forwarded-for" | "front-end-https" | "fastly-client-ip"),
        Some(b'c') => matches!(name, "client-ip" | "cf-connecting-ip" | "cf-connecting-ipv6"),
        Some(b't') => name == "true-client-ip",
        Some(b'p') => name == "proxy-client-ip",
        Some(b'w') => name == "wl-proxy-client-ip",
        _ => false,
    }
}
