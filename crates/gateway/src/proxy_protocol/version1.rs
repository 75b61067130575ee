//! Version 1: one line of text.

use std::net::{IpAddr, SocketAddr};

use super::{ProxyHeader, ProxyProtocolError};

/// What it begins with.
pub(super) const BEGIN: &[u8] = b"PROXY ";

/// The longest line that the protocol allows, with its end.
pub(super) const MOST_BYTES: usize = 107;

/// How many bytes must follow at least, if this is the beginning of a valid line; zero for a whole one. A line has no length in
/// front, and reading byte by byte takes a call of the operating system each.
pub(super) fn least_missing(known: &[u8]) -> Result<usize, ProxyProtocolError> {
    let is_end = |window: &[u8]| window == b"\r\n";
    if known.windows(2).position(is_end).is_some_and(|at| at + 2 == known.len()) {
        return Ok(0);
    }
    let lone = |(index, byte): (usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => index + 1 < known.len(),
        _ => false,
    };
    if known.iter().enumerate().any(lone) {
        return Err(malformed("there is a line break within it"));
    }
    if known.ends_with(b"\r") {
        return Ok(1);
    }
    if known.starts_with(b"PROXY UNKNOWN") {
        return Ok(2);
    }
    // Each space that is missing has a character behind it, and so has one at the end.
    let parts = known.split(|byte| *byte == b' ').count();
    let missing_spaces = 6_usize.saturating_sub(parts);
    Ok(2 * missing_spaces + usize::from(known.ends_with(b" ")) + 2)
}

/// Of a whole line.
pub(super) fn parse(line: &[u8]) -> Result<Option<ProxyHeader>, ProxyProtocolError> {
    let text = std::str::from_utf8(line).map_err(|_| malformed("it is not text"))?;
    let text = text.strip_suffix("\r\n").and_then(|text| text.strip_prefix("PROXY "));
    let text = text.ok_or(malformed("it is not a line"))?;
    if text == "UNKNOWN" || text.starts_with("UNKNOWN ") {
        return Ok(None);
    }
    let mut parts = text.split(' ');
    let mut next = || parts.next().ok_or(malformed("a part is missing"));
    let is_ipv4 = match next()? {
        "TCP4" => true,
        "TCP6" => false,
        _ => return Err(malformed("the protocol is not TCP4, TCP6 or UNKNOWN")),
    };
    let (source, destination) = (address(next()?, is_ipv4)?, address(next()?, is_ipv4)?);
    let (source_port, destination_port) = (port(next()?)?, port(next()?)?);
    if parts.next().is_some() {
        return Err(malformed("there is something behind the ports"));
    }
    Ok(Some(ProxyHeader {
        source: SocketAddr::new(source, source_port),
        destination: SocketAddr::new(destination, destination_port),
    }))
}

fn address(text: &str, is_ipv4: bool) -> Result<IpAddr, ProxyProtocolError> {
    let address = text.parse::<IpAddr>().ok().filter(|address| address.is_ipv4() == is_ipv4);
    address.ok_or(malformed("an address is not one of its protocol"))
}

fn port(text: &str) -> Result<u16, ProxyProtocolError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let port = if digits { text.parse().ok() } else { None };
    port.ok_or(malformed("a port is not a number from 0 to 65535"))
}

fn malformed(reason: &'static str) -> ProxyProtocolError {
    ProxyProtocolError::Malformed { reason }
}
