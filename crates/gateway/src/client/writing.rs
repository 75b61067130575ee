//! What an application is told about a client.

use std::fmt::Write as _;
use std::net::IpAddr;

use http::header::FORWARDED;
use http::{HeaderMap, HeaderValue};

use super::claims::remove_claims;
use super::{
    Client, Peer, Scheme, X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PORT, X_FORWARDED_PROTO, X_REAL_IP,
    is_host, value_of,
};

/// Puts what is known about the client into the headers of its request, and takes out what it claims about itself.
///
/// `X-Forwarded-For` becomes the client, the trusted proxies on the way, and the peer; nothing else is left of what came in.
/// `X-Real-IP`, `X-Forwarded-Proto`, `-Host` and `-Port` are set. `Forwarded` is written anew if a trusted peer sent it, so that
/// the two never disagree; otherwise it is removed. Call it after the headers that `Connection` names were removed, or a client
/// could have these removed again.
pub fn write_forwarded(headers: &mut HeaderMap, client: &Client, peer: &Peer) {
    let rewrite = client.peer_is_trusted && headers.contains_key(FORWARDED);
    remove_claims(headers, client.peer_is_trusted);
    if rewrite {
        headers.insert(FORWARDED, forwarded(client));
    }
    let (chain, client_text) = if client.is_forwarded {
        (value_of(chain(client, peer)), value_of(client.address.to_string()))
    } else {
        (peer.text.clone(), peer.text.clone())
    };
    headers.insert(X_FORWARDED_FOR, chain);
    headers.insert(X_REAL_IP, client_text);
    headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static(client.scheme.as_str()));
    headers.insert(X_FORWARDED_PORT, port_value(client.port));
    match &client.host {
        Some(host) => headers.insert(X_FORWARDED_HOST, host.clone()),
        None => headers.remove(X_FORWARDED_HOST),
    };
}

fn chain(client: &Client, peer: &Peer) -> String {
    // Enough for IPv4, which is the common case.
    let mut text = String::with_capacity(17 * (client.between.len() + 2));
    let mut add = |address: IpAddr| {
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma}{address}");
    };
    add(client.address);
    client.between.iter().rev().copied().for_each(&mut add);
    add(peer.address);
    text
}

fn forwarded(client: &Client) -> HeaderValue {
    let mut text = match client.address {
        IpAddr::V4(v4) => format!("for={v4}"),
        IpAddr::V6(v6) => format!("for=\"[{v6}]\""),
    };
    if let Some(host) = client.host.as_ref().and_then(|host| host.to_str().ok()).filter(|host| is_host(host))
    {
        // Writing to a string cannot fail.
        let _ = write!(text, ";host=\"{host}\"");
    }
    text.push_str(";proto=");
    text.push_str(client.scheme.as_str());
    value_of(text)
}

fn port_value(port: u16) -> HeaderValue {
    if port == Scheme::Http.default_port() {
        HeaderValue::from_static("80")
    } else if port == Scheme::Https.default_port() {
        HeaderValue::from_static("443")
    } else {
        HeaderValue::from(port)
    }
}
