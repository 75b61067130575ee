//! The walk from the peer back to the client.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::header::FORWARDED;
use http::{HeaderMap, HeaderValue};

use super::forwarded::{Element, elements};
use super::{Scheme, TrustedProxies, X_FORWARDED_FOR};

/// How many addresses are looked at. Nobody has that many proxies; a longer list is an attempt to keep us busy.
pub(super) const MOST_HOPS: usize = 32;

/// The client that trusted proxies name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) address: IpAddr,
    pub(super) port: Option<u16>,
    /// The trusted proxies between it and the peer, the nearest to the peer first.
    pub(super) between: Vec<IpAddr>,
}

/// What `Forwarded` says about the request of the client, besides the address.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) scheme: Option<Scheme>,
    pub(super) host: Option<HeaderValue>,
}

/// The client of a request whose peer is trusted. `Forwarded` is read only when there is no `X-Forwarded-For`: a proxy that
/// writes one of them passes the other on as the client wrote it.
pub(super) fn client_of(headers: &HeaderMap, trusted: &TrustedProxies) -> (Option<Found>, Stated) {
    if headers.contains_key(&X_FORWARDED_FOR) {
        let found = walk(forwarded_for(headers), trusted);
        return (found.map(|(found, _)| found), Stated::default());
    }
    if !headers.contains_key(FORWARDED) {
        return (None, Stated::default());
    }
    let Some(elements) = all_elements(headers) else { return (None, Stated::default()) };
    let nodes = elements.iter().rev().map(|element| element.client.as_deref().and_then(node));
    match walk(nodes, trusted) {
        Some((found, steps)) => {
            let stated = elements.into_iter().rev().nth(steps - 1).map(stated_by).unwrap_or_default();
            (Some(found), stated)
        }
        None => (None, Stated::default()),
    }
}

fn stated_by(element: Element) -> Stated {
    Stated {
        scheme: element.proto.as_deref().and_then(Scheme::parse),
        host: element
            .host
            .filter(|host| super::is_host(host))
            .and_then(|host| HeaderValue::try_from(host).ok()),
    }
}

/// Goes from right to left until an address is not trusted; with how many steps that took. `None` if there is no address or one
/// on the way makes no sense.
fn walk(
    nodes: impl Iterator<Item = Option<(IpAddr, Option<u16>)>>,
    trusted: &TrustedProxies,
) -> Option<(Found, usize)> {
    let mut found: Option<Found> = None;
    for (index, node) in nodes.enumerate() {
        if index == MOST_HOPS {
            return None;
        }
        let (address, port) = node?;
        let between = found.take().map_or_else(Vec::new, |nearer| {
            let mut between = nearer.between;
            between.push(nearer.address);
            between
        });
        found = Some(Found { address, port, between });
        if !trusted.contains(address) {
            return found.map(|found| (found, index + 1));
        }
    }
    // Everybody is trusted: the client is one of our own machines.
    found.map(|found| {
        let steps = found.between.len() + 1;
        (found, steps)
    })
}

/// The entries of all `X-Forwarded-For` headers, the last one first; `None` for one that makes no sense.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<(IpAddr, Option<u16>)>> {
    let lines = headers.get_all(&X_FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| {
        // A line that is not text is one entry that makes no sense.
        let entries = line.to_str().unwrap_or("?").rsplit(',').map(str::trim);
        entries.filter(|entry| !entry.is_empty()).map(node)
    })
}

fn all_elements(headers: &HeaderMap) -> Option<Vec<Element>> {
    let mut all = Vec::new();
    for line in headers.get_all(FORWARDED) {
        all.extend(elements(line.to_str().ok()?)?);
    }
    Some(all)
}

/// An address with or without port; an IPv6 address with a port is in brackets. `None` also for `unknown` and for the names
/// that RFC 7239 allows in place of an address.
fn node(text: &str) -> Option<(IpAddr, Option<u16>)> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some((address.to_canonical(), None));
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = inner.parse().ok()?;
        return Some((address.to_canonical(), None));
    }
    let socket: SocketAddr = text.parse().ok()?;
    Some((socket.ip().to_canonical(), Some(socket.port())))
}
