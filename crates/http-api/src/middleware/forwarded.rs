//! What a request says about its way here, and whose word on that counts.
//!
//! Anybody can write `X-Forwarded-For` and `X-Forwarded-Proto`. They are believed only when the other end of the connection is one of the
//! trusted proxies; from everybody else they are removed here, so that nothing behind this layer can believe them. A connection on
//! which this server itself speaks TLS looks behind it like one of a proxy that did.

use std::net::{IpAddr, SocketAddr};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};
use core_monitor_transport::TrustedProxies;

use crate::api::Api;
use crate::connection::OverTls;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HTTPS: HeaderValue = HeaderValue::from_static("https");
/// How many addresses are looked at. Nobody has that many proxies; a longer list is an attempt to keep us busy.
const MOST_HOPS: usize = 32;

/// The address that a client has, as far as somebody trusted says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// Removes what nobody trusted has said, and remembers the address of the client.
pub(crate) async fn forwarded(
    api: web::Data<Api>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let over_tls = request.conn_data::<OverTls>().is_some();
    // Every connection has a peer; a request without one was made in this process.
    if let Some(peer) = request.peer_addr().map(|peer| peer.ip().to_canonical()) {
        let headers = request.headers_mut();
        let client = judge(headers, peer, over_tls, &api.trusted_proxies);
        request.extensions_mut().insert(ClientAddress(client));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// The address of the client, and its headers without what is not believed.
fn judge(headers: &mut HeaderMap, peer: IpAddr, over_tls: bool, trusted: &TrustedProxies) -> IpAddr {
    let is_trusted = trusted.contains(peer);
    if !is_trusted {
        drop(headers.remove(&FORWARDED_PROTO));
    }
    if over_tls && !headers.contains_key(&FORWARDED_PROTO) {
        headers.insert(FORWARDED_PROTO, HTTPS);
    }
    let client = is_trusted.then(|| client_of(headers, trusted)).flatten();
    drop(headers.remove(&FORWARDED_FOR));
    client.unwrap_or(peer)
}

/// The first address from the right that is not trusted; the leftmost one if all are. `None` if there is none, or if one on the way makes no
/// sense: then it is not known who wrote what stands left of it.
fn client_of(headers: &HeaderMap, trusted: &TrustedProxies) -> Option<IpAddr> {
    let lines: Vec<_> = headers.get_all(&FORWARDED_FOR).collect();
    // A line that is not text is one entry that makes no sense.
    let entries = lines.iter().rev().flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
    let mut found = None;
    for (index, entry) in entries.map(str::trim).filter(|entry| !entry.is_empty()).enumerate() {
        if index == MOST_HOPS {
            return None;
        }
        let address = address_in(entry)?;
        found = Some(address);
        if !trusted.contains(address) {
            break;
        }
    }
    found
}

/// An address with or without port; an IPv6 address with a port is in brackets.
fn address_in(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse::<IpAddr>().ok().or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUSTED: &str = "127.0.0.1, ::1, 10.0.0.0/8";

    /// The address of the client, and the scheme that is left.
    fn judged(peer: &str, over_tls: bool, lines: &[(HeaderName, &str)]) -> (String, Option<String>) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let trusted = TrustedProxies::parse(TRUSTED).unwrap();
        let client = judge(&mut headers, peer.parse().unwrap(), over_tls, &trusted);
        assert!(!headers.contains_key(&FORWARDED_FOR), "nobody behind this layer reads it");
        let scheme = headers.get(&FORWARDED_PROTO).map(|scheme| scheme.to_str().unwrap().to_owned());
        (client.to_string(), scheme)
    }

    fn is(found: &(String, Option<String>), client: &str, scheme: Option<&str>) {
        assert_eq!((found.0.as_str(), found.1.as_deref()), (client, scheme));
    }

    #[test]
    fn only_trusted_proxies_say_who_a_client_is_and_how_it_came() {
        let said = [(FORWARDED_FOR, "198.51.100.7"), (FORWARDED_PROTO, "https")];
        is(&judged("203.0.113.9", false, &said), "203.0.113.9", None);
        is(&judged("127.0.0.1", false, &said), "198.51.100.7", Some("https"));
        is(&judged("10.1.2.3", false, &said), "198.51.100.7", Some("https"));
        is(&judged("10.1.2.3", false, &[]), "10.1.2.3", None);
    }

    #[test]
    fn tls_of_this_server_is_known_without_a_proxy() {
        let plain = [(FORWARDED_PROTO, "http")];
        is(&judged("203.0.113.9", true, &[]), "203.0.113.9", Some("https"));
        is(&judged("203.0.113.9", true, &plain), "203.0.113.9", Some("https"));
        is(&judged("10.1.2.3", true, &plain), "10.1.2.3", Some("http"));
    }

    #[test]
    fn the_client_is_the_first_from_the_right_that_is_not_trusted() {
        let check = |lines: &[&str], client: &str| {
            let lines: Vec<_> = lines.iter().map(|line| (FORWARDED_FOR, *line)).collect();
            is(&judged("127.0.0.1", false, &lines), client, None);
        };
        check(&["192.0.2.1, 198.51.100.7, 10.0.0.2"], "198.51.100.7");
        check(&["192.0.2.1", "198.51.100.7", "10.0.0.2,"], "198.51.100.7");
        check(&["10.0.0.1, 10.0.0.2"], "10.0.0.1");
        check(&["[2001:db8::1]:443"], "2001:db8::1");
        check(&["[2001:db8::1]"], "2001:db8::1");
        check(&["::ffff:198.51.100.7"], "198.51.100.7");
        check(&["198.51.100.7:5000"], "198.51.100.7");
        // Nobody knows who wrote what stands left of what makes no sense.
        check(&["198.51.100.7, unknown"], "127.0.0.1");
        check(&["unknown, 198.51.100.7"], "198.51.100.7");
        check(&["198.51.100.7, \u{e4}"], "127.0.0.1");
        check(&[&"10.0.0.1,".repeat(40)], "127.0.0.1");
        check(&[""], "127.0.0.1");
    }
}
