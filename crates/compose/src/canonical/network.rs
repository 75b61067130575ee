//! `networks`, of services and at top level.

use super::said;
use crate::Code;
use crate::cursor::Cursor;
use crate::model::{Ipam, IpamPool, Network, NetworkAttachment};
use crate::yaml::Value;
use indexmap::IndexMap;

/// Top-level networks by key; names are filled in later.
pub(crate) fn networks(root: &Cursor<'_>) -> IndexMap<String, Network> {
    let Some(section) = root.get("networks") else { return IndexMap::new() };
    section.entries().map(|(key, cursor)| (key.to_owned(), network(&cursor))).collect()
}

fn network(cursor: &Cursor<'_>) -> Network {
    let (external, old_name) = external_name(cursor);
    Network {
        name: cursor.text_at("name").or(old_name).unwrap_or_default(),
        driver: cursor.text_at("driver"),
        driver_opts: cursor.labels_at("driver_opts"),
        ipam: cursor.get("ipam").map(|ipam| self::ipam(&ipam)).unwrap_or_default(),
        external,
        internal: cursor.is_on("internal"),
        attachable: cursor.is_on("attachable"),
        labels: cursor.labels_at("labels"),
        enable_ipv4: cursor.flag_at("enable_ipv4"),
        enable_ipv6: cursor.flag_at("enable_ipv6"),
        extensions: cursor.extensions(),
    }
}

fn ipam(cursor: &Cursor<'_>) -> Ipam {
    let pool = |pool: Cursor<'_>| IpamPool {
        subnet: pool.text_at("subnet"),
        gateway: pool.text_at("gateway"),
        ip_range: pool.text_at("ip_range"),
        aux_addresses: pool.labels_at("aux_addresses"),
    };
    Ipam {
        driver: cursor.text_at("driver"),
        config: cursor.get("config").map(|pools| pools.items().map(pool).collect()).unwrap_or_default(),
        options: cursor.labels_at("options"),
        extensions: cursor.extensions(),
    }
}

/// `external: true`, or the old `external: {name: ...}` with its name. An external resource is created elsewhere, so it
/// may have a name but no other attributes.
pub(super) fn external(cursor: &Cursor<'_>) -> (bool, Option<String>) {
    let (external, name) = external_name(cursor);
    for (key, value) in cursor.entries().filter(|_| external) {
        if !matches!(key, "external" | "name") && !key.starts_with("x-") {
            value.fail(Code::Conflict, said::external_with_attribute(cursor.describe(), key));
        }
    }
    (external, name)
}

/// Whether the resource is external, and the name from the old form.
pub(super) fn external_name(cursor: &Cursor<'_>) -> (bool, Option<String>) {
    let Some(written) = cursor.get("external") else { return (false, None) };
    let (external, name) = match &written.node.value {
        Value::Mapping(_) => (true, written.text_at("name")),
        _ => (cursor.is_on("external"), None),
    };
    if let (Some(old), Some(new)) = (&name, cursor.text_at("name"))
        && *old != new
    {
        written.fail(Code::Conflict, said::two_names(cursor.describe()));
    }
    (external, name)
}

/// Networks a service joins, by key; empty if it names none.
pub(super) fn attachments(service: &Cursor<'_>) -> IndexMap<String, Option<NetworkAttachment>> {
    let Some(written) = service.get("networks") else { return IndexMap::new() };
    let listed = written.strings().into_iter().map(|key| (key, None));
    let mapped = written.entries().map(|(key, cursor)| (key.to_owned(), attachment(&cursor)));
    listed.chain(mapped).collect()
}

fn attachment(cursor: &Cursor<'_>) -> Option<NetworkAttachment> {
    cursor.mapping()?;
    Some(NetworkAttachment {
        aliases: cursor.last_strings_at("aliases"),
        ipv4_address: cursor.text_at("ipv4_address"),
        ipv6_address: cursor.text_at("ipv6_address"),
        link_local_ips: cursor.last_strings_at("link_local_ips"),
        mac_address: cursor.text_at("mac_address"),
        interface_name: cursor.text_at("interface_name"),
        driver_opts: cursor.labels_at("driver_opts"),
        priority: cursor.integer_at("priority"),
        gw_priority: cursor.integer_at("gw_priority"),
        extensions: cursor.extensions(),
    })
}
