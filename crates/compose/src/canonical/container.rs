//! Small container attributes with more than one notation.

use super::said;
use crate::Code;
use crate::cursor::Cursor;
use indexmap::IndexSet;
use std::net::IpAddr;

/// `extra_hosts` as `name=address`. Written `name:address`, `name=address`, or as a mapping; an IPv6 address may have
/// brackets, and `host-gateway` means the address of the host.
pub(super) fn extra_hosts(service: &Cursor<'_>) -> Vec<String> {
    let Some(written) = service.get("extra_hosts") else { return Vec::new() };
    let mut hosts: Vec<String> = Vec::new();
    let mut add = |name: &str, address: &str, at: &Cursor<'_>| {
        let address = address.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')).unwrap_or(address);
        if name.is_empty() || !(address == "host-gateway" || address.parse::<IpAddr>().is_ok()) {
            let message = said::value_at(at.describe(), said::not_an_ip_address(address));
            at.fail_with_hint(Code::InvalidValue, message, said::write_name_address());
            return;
        }
        hosts.push(format!("{name}={address}"));
    };
    for item in written.items() {
        let Some(text) = item.text() else { continue };
        match text.split_once('=').or_else(|| text.split_once(':')) {
            Some((name, address)) => add(name, address, &item),
            None => add("", text, &item),
        }
    }
    for (name, entry) in written.entries() {
        match entry.text() {
            Some(address) => add(name, address, &entry),
            None => entry.strings().iter().for_each(|address| add(name, address, &entry)),
        }
    }
    hosts
}

/// `expose` as strings, without duplicates.
pub(super) fn expose(service: &Cursor<'_>) -> Vec<String> {
    let ports: IndexSet<String> = service.strings_at("expose").into_iter().collect();
    ports.into_iter().collect()
}
