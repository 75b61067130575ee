//! Who a request comes from, and what the application is told about it.
//!
//! Anybody can write `X-Forwarded-For`. It is read only when the peer, the other end of the TCP connection, is one of the
//! [`TrustedProxies`], and only from right to left, as far as every address on the way is trusted too: the first address that
//! is not is the client. What stands further left was written by the client and is never passed on.

use std::net::{IpAddr, SocketAddr};

use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue};

mod chain;
mod claims;
mod forwarded;
mod writing;

pub use core_monitor_transport::{TrustedProxies, TrustedProxiesError};
pub use writing::write_forwarded;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const X_FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// How a client reached the first proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// As it is written in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that a URL of this scheme means when it names none.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    /// Some proxies write the scheme of the WebSocket URL instead.
    fn parse(text: &str) -> Option<Self> {
        let is_one_of = |names: [&str; 2]| names.iter().any(|name| text.eq_ignore_ascii_case(name));
        if is_one_of(["https", "wss"]) {
            Some(Self::Https)
        } else if is_one_of(["http", "ws"]) {
            Some(Self::Http)
        } else {
            None
        }
    }
}

/// The other end of a connection. It is made once per connection, so that its requests need not format the address again.
#[derive(Debug, Clone)]
pub struct Peer {
    address: IpAddr,
    port: u16,
    text: HeaderValue,
}

impl Peer {
    /// Of the address that the socket reports, or of the source address that the PROXY protocol gave for the connection.
    pub fn new(socket: SocketAddr) -> Self {
        let address = socket.ip().to_canonical();
        Self { address, port: socket.port(), text: value_of(address.to_string()) }
    }

    /// Its address; an IPv4 address that is written as an IPv6 one is the IPv4 one.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Who a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The client's address: of the peer, or what trusted proxies say.
    pub address: IpAddr,
    /// The client's port, if it is known.
    pub source_port: Option<u16>,
    /// How the client reached the first proxy.
    pub scheme: Scheme,
    /// The host that the client asked for, as it wrote it, perhaps with a port. This is for the application; a request is
    /// routed by its `Host` header.
    pub host: Option<HeaderValue>,
    /// The port that the client connected to.
    pub port: u16,
    /// Whether the peer is a trusted proxy.
    pub peer_is_trusted: bool,
    /// Whether `address` is from a header.
    is_forwarded: bool,
    /// The trusted proxies between the client and the peer, the nearest to the peer first.
    between: Vec<IpAddr>,
}

impl Client {
    /// The client of a request with these headers. `tls` says whether the request came to us over TLS.
    ///
    /// A request over HTTP/2 has its host in the `:authority` field: set `Host` from it first. Headers that make no sense count
    /// as absent; when `X-Forwarded-For` makes no sense, the peer is the client.
    pub fn of(peer: &Peer, headers: &HeaderMap, tls: bool, trusted: &TrustedProxies) -> Self {
        let own_scheme = if tls { Scheme::Https } else { Scheme::Http };
        if !trusted.contains(peer.address) {
            return Self::direct(peer, own_scheme, headers.get(HOST).cloned(), false);
        }

        let (found, stated) = chain::client_of(headers, trusted);
        let scheme = last_of(headers, &X_FORWARDED_PROTO)
            .and_then(Scheme::parse)
            .or(stated.scheme)
            .unwrap_or(own_scheme);
        let host = forwarded_host(headers).or(stated.host).or_else(|| headers.get(HOST).cloned());
        let mut client = Self::direct(peer, scheme, host, true);
        if let Some(port) = last_of(headers, &X_FORWARDED_PORT).and_then(port_from) {
            client.port = port;
        }
        if let Some(found) = found {
            client.address = found.address;
            client.source_port = found.port;
            client.between = found.between;
            client.is_forwarded = true;
        }
        client
    }

    fn direct(peer: &Peer, scheme: Scheme, host: Option<HeaderValue>, peer_is_trusted: bool) -> Self {
        let port = host.as_ref().and_then(port_of).unwrap_or(scheme.default_port());
        Self {
            address: peer.address,
            source_port: Some(peer.port),
            scheme,
            host,
            port,
            peer_is_trusted,
            is_forwarded: false,
            between: Vec::new(),
        }
    }
}

/// The last element of a header that may be a list or come several times: the one that the peer wrote. Those before it may
/// have come from the client.
fn last_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let text = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    text.rsplit(',').next().map(str::trim).filter(|last| !last.is_empty())
}

fn forwarded_host(headers: &HeaderMap) -> Option<HeaderValue> {
    let host = last_of(headers, &X_FORWARDED_HOST).filter(|host| is_host(host))?;
    match headers.get(&X_FORWARDED_HOST) {
        Some(whole) if whole.as_bytes() == host.as_bytes() => Some(whole.clone()),
        _ => HeaderValue::from_str(host).ok(),
    }
}

/// Whether it could be a host with or without a port. Everything else could end a quoted text, a header or a URL early in an
/// application that trusts what we send.
fn is_host(text: &str) -> bool {
    let could_be =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'[' | b']');
    !text.is_empty() && text.len() <= 261 && text.bytes().all(could_be)
}

/// The port that is written behind a host.
fn port_of(host: &HeaderValue) -> Option<u16> {
    let (before, port) = host.to_str().ok()?.rsplit_once(':')?;
    // In an IPv6 address without brackets, no colon begins a port.
    let is_port = before.ends_with(']') || !before.contains(':');
    if is_port { port_from(port) } else { None }
}

/// A port as digits; a `u16` would also be read from `+80`.
fn port_from(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok().filter(|port| *port != 0) } else { None }
}

fn value_of(text: String) -> HeaderValue {
    // Addresses and lists of them are always valid; there is just no way to say so.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

#[cfg(test)]
mod tests;
