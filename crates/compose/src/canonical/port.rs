//! `ports`: `[[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]` with ranges, or the long form.

use super::Context;
use super::said;
use crate::Code;
use crate::cursor::Cursor;
use crate::model::Port;
use crate::report::Advice;
use crate::said as words;
use core_monitor_message::Message;
use indexmap::IndexMap;
use std::net::IpAddr;

/// The ports of a service with ranges expanded and duplicates removed.
pub(super) fn ports(service: &Cursor<'_>, context: &Context<'_>) -> Vec<Port> {
    let Some(written) = service.get("ports") else { return Vec::new() };
    let mut ports: IndexMap<Port, usize> = IndexMap::new();
    for (index, item) in written.items().enumerate() {
        let found = if item.mapping().is_some() {
            long(&item).into_iter().collect()
        } else {
            let Some(text) = item.node.value.scalar_text() else { continue };
            match short(&text) {
                Ok(found) => found,
                Err(reason) => {
                    let message = said::value_at(item.describe(), reason);
                    let expected = words::written_as("[address:]host:container[/protocol]");
                    let hint = said::write_port_example();
                    let advice = Advice::expected(expected).hint(hint);
                    item.fail_with_advice(Code::InvalidValue, message, advice);
                    continue;
                }
            }
        };
        if !super::spend(&context.ports, found.len()) {
            item.fail(Code::LimitExceeded, said::too_many_ports(context.options.limits.ports));
            break;
        }
        for port in found {
            ports.entry(port).or_insert(index);
        }
    }
    let (ports, origins) = ports.into_iter().unzip();
    context.origins.borrow_mut().ports = origins;
    ports
}

fn long(item: &Cursor<'_>) -> Option<Port> {
    let Some(target) = item.get("target") else {
        if !item.misspells("target") {
            let advice = Advice::expected(words::written_as("target"));
            item.fail_with_advice(Code::MissingKey, said::target_missing(item.describe()), advice);
        }
        return None;
    };
    let host_ip = item.text_at("host_ip").filter(|address| !address.is_empty());
    if let Some(address) = &host_ip
        && address.trim_matches(['[', ']']).parse::<IpAddr>().is_err()
    {
        item.fail(Code::InvalidValue, said::value_at(item.describe(), said::not_an_ip_address(address)));
    }
    let protocol = item.text_at("protocol").unwrap_or_else(|| "tcp".to_owned());
    if let Err(reason) = known_protocol(&protocol) {
        item.fail(Code::InvalidValue, said::value_at(item.describe(), reason));
    }
    let number: Option<u16> = item.integer_at("target");
    if number == Some(0) {
        target.fail(Code::InvalidValue, said::cannot_be_zero(target.describe()));
    }
    let published = item.scalar_at("published").filter(|published| !published.is_empty());
    if let Some(range) = &published
        && let Err(reason) = parse_range(range)
    {
        item.fail(Code::InvalidValue, said::value_at(item.describe(), reason));
    }
    Some(Port {
        name: item.text_at("name"),
        mode: item.text_at("mode").unwrap_or_else(|| "ingress".to_owned()),
        host_ip,
        target: number?,
        published,
        protocol,
        app_protocol: item.text_at("app_protocol"),
        extensions: item.extensions(),
    })
}

/// Parses one short form, which gives several ports if it has a range.
pub(crate) fn short(text: &str) -> Result<Vec<Port>, Message> {
    let (address, host, container) = split_parts(text);
    let (container, protocol) = container.split_once('/').unwrap_or((container, "tcp"));
    let protocol = protocol.to_ascii_lowercase();
    known_protocol(&protocol)?;
    if container.is_empty() {
        return Err(said::port_without_container(text));
    }
    let host_ip = match address.trim_start_matches('[').trim_end_matches(']') {
        "" => None,
        address if address.parse::<IpAddr>().is_ok() => Some(address.to_owned()),
        address => return Err(said::not_an_ip_address(address)),
    };
    let (first, last) = parse_range(container)?;
    if first == 0 {
        return Err(said::container_port_zero());
    }
    let published: Box<dyn Fn(u16) -> Option<String>> = if host.is_empty() {
        Box::new(|_| None)
    } else {
        let (host_first, host_last) = parse_range(host)?;
        match (last - first, host_last - host_first) {
            (inside, outside) if inside == outside => {
                Box::new(move |offset| Some((host_first + offset).to_string()))
            }
            // One container port for a host range: the engine picks a host port from it.
            (0, _) => Box::new(move |_| Some(format!("{host_first}-{host_last}"))),
            _ => return Err(said::port_ranges_differ(host, container)),
        }
    };
    let port = |offset| Port {
        mode: "ingress".to_owned(),
        host_ip: host_ip.clone(),
        target: first + offset,
        published: published(offset),
        protocol: protocol.clone(),
        ..Port::default()
    };
    Ok((0..=last - first).map(port).collect())
}

/// Address, host port and container port. An address with brackets or more colons is IPv6.
fn split_parts(text: &str) -> (&str, &str, &str) {
    let Some((rest, container)) = text.rsplit_once(':') else { return ("", "", text) };
    match rest.rsplit_once(':') {
        None => ("", rest, container),
        Some((address, host)) => (address, host, container),
    }
}

fn parse_range(text: &str) -> Result<(u16, u16), Message> {
    let number = |part: &str| {
        part.parse::<u16>().map_err(|_| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { said::port_too_high(text) } else { said::not_a_port(text) }
        })
    };
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    if last < first { Err(said::range_reversed(text)) } else { Ok((first, last)) }
}

fn known_protocol(protocol: &str) -> Result<(), Message> {
    if matches!(protocol, "tcp" | "udp" | "sctp") { Ok(()) } else { Err(said::protocol_unknown(protocol)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        let print = |port: &Port| {
            let address = port.host_ip.as_deref().unwrap_or("*");
            let published = port.published.as_deref().unwrap_or("any");
            format!("{address} {published}->{}/{}", port.target, port.protocol)
        };
        match short(text) {
            Ok(ports) => ports.iter().map(print).collect::<Vec<_>>().join(", "),
            Err(reason) => format!("error: {reason}"),
        }
    }

    #[test]
    fn short_forms() {
        assert_eq!(check("80"), "* any->80/tcp");
        assert_eq!(check("8080:80"), "* 8080->80/tcp");
        assert_eq!(check("0:80"), "* 0->80/tcp");
        assert_eq!(check("127.0.0.1:8080:80/udp"), "127.0.0.1 8080->80/udp");
        assert_eq!(check("127.0.0.1::5000"), "127.0.0.1 any->5000/tcp");
        assert_eq!(check("[::1]:8080:80"), "::1 8080->80/tcp");
        assert_eq!(check("::1:8080:80"), "::1 8080->80/tcp");
    }

    #[test]
    fn ranges() {
        assert_eq!(check("3000-3001"), "* any->3000/tcp, * any->3001/tcp");
        assert_eq!(check("90-91:80-81"), "* 90->80/tcp, * 91->81/tcp");
        assert_eq!(check("49100-49102:22"), "* 49100-49102->22/tcp");
        assert_eq!(check("1-3:80-81"), "error: ranges `1-3` and `80-81` differ in length");
        assert_eq!(check("81-80"), "error: range `81-80` ends before it starts");
    }

    #[test]
    fn invalid_forms_are_rejected() {
        assert_eq!(check("web:80"), "error: `web` is not a port or range");
        assert_eq!(check("80/xyz"), "error: protocol `xyz` is not `tcp`, `udp` or `sctp`");
        assert_eq!(check("300.0.0.1:80:80"), "error: `300.0.0.1` is not an IP address");
        assert_eq!(check("70000"), "error: `70000` is not a port: the highest is 65535");
        assert_eq!(check("8080:"), "error: `8080:` has no container port");
        assert_eq!(check("0"), "error: the container port cannot be 0");
    }
}
