//! Version 2: a head of 16 bytes, then addresses and extensions.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{ProxyHeader, ProxyProtocolError};

/// What it begins with. No other protocol does.
pub(super) const BEGIN: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// The length of what comes before the addresses.
pub(super) const HEAD: usize = 16;

/// The most that may follow. Extensions have a certificate's names and some ids; the protocol would allow 64 KiB from anybody.
const MOST_REST: usize = 2048;

const LOCAL: u8 = 0;
const PROXY: u8 = 1;

/// How much follows a head.
pub(super) fn length_of_rest(head: [u8; HEAD]) -> Result<usize, ProxyProtocolError> {
    let length = usize::from(u16::from_be_bytes([head[14], head[15]]));
    if length > MOST_REST {
        return Err(ProxyProtocolError::TooLong { most: HEAD + MOST_REST });
    }
    Ok(length)
}

/// Of a head and what follows it. The extensions behind the addresses are skipped.
pub(super) fn parse(head: [u8; HEAD], rest: &[u8]) -> Result<Option<ProxyHeader>, ProxyProtocolError> {
    if head[12] >> 4 != 2 {
        return Err(malformed("the version is not 2"));
    }
    match head[12] & 0xf {
        // What a load balancer sends in its own name may have any addresses.
        LOCAL => return Ok(None),
        PROXY => {}
        _ => return Err(malformed("the command is neither LOCAL nor PROXY")),
    }
    // The kind of address, and the transport.
    match (head[13] >> 4, head[13] & 0xf) {
        (0, 0..=2) => Ok(None),
        (1, 1) => addresses(rest, |address: [u8; 4]| IpAddr::V4(Ipv4Addr::from(address))).map(Some),
        (2, 1) => addresses(rest, |address: [u8; 16]| IpAddr::V6(Ipv6Addr::from(address))).map(Some),
        (3, 1) if rest.len() >= 216 => Ok(None),
        (3, 1) => Err(malformed("it is too short for the paths of sockets")),
        (1..=3, 0 | 2) => Err(malformed("the transport is not a stream")),
        _ => Err(malformed("the kind of address is unknown")),
    }
}

fn addresses<const N: usize>(
    rest: &[u8],
    address: impl Fn([u8; N]) -> IpAddr,
) -> Result<ProxyHeader, ProxyProtocolError> {
    let read = || {
        let (source, rest) = rest.split_first_chunk::<N>()?;
        let (destination, rest) = rest.split_first_chunk::<N>()?;
        let (source_port, rest) = rest.split_first_chunk::<2>()?;
        let (destination_port, _) = rest.split_first_chunk::<2>()?;
        Some(ProxyHeader {
            source: SocketAddr::new(address(*source), u16::from_be_bytes(*source_port)),
            destination: SocketAddr::new(address(*destination), u16::from_be_bytes(*destination_port)),
        })
    };
    read().ok_or(malformed("it is too short for its addresses"))
}

fn malformed(reason: &'static str) -> ProxyProtocolError {
    ProxyProtocolError::Malformed { reason }
}
