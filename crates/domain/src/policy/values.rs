//! How values are compared with what is allowed.

use std::net::IpAddr;

use super::Restricted;
use crate::protection::{is_within, plain};
use crate::wildcard;

/// What allows everything.
pub(super) const EVERYTHING: &str = "*";
/// What is behind the path of a mount that is only read.
const READ_ONLY: &str = ":ro";
/// What is behind the path of another one that could be mistaken for it.
const WRITABLE: &str = ":rw";

/// How a policy has a path of the host that is mounted.
pub fn mount_of(path: &str, is_read_only: bool) -> String {
    match is_read_only {
        true => format!("{path}{READ_ONLY}"),
        false if path.contains(':') => format!("{path}{WRITABLE}"),
        false => path.to_owned(),
    }
}

/// A path as a policy has it, and what is behind it.
pub fn mounted(value: &str) -> (&str, &str) {
    let behind = [READ_ONLY, WRITABLE].into_iter().find(|behind| value.ends_with(behind));
    behind.map_or((value, ""), |behind| value.split_at(value.len() - behind.len()))
}

/// Whether a value is one of those that an entry of a policy is for.
pub(super) fn is_in(what: Restricted, value: &str, allowed: &str) -> bool {
    if allowed == EVERYTHING {
        return true;
    }
    match what {
        Restricted::Binds => is_mount_in(value, allowed),
        Restricted::Subnets => is_subnet_of(value, allowed),
        Restricted::Ports => is_between(value, allowed),
        _ => wildcard::matches(allowed, value),
    }
}

fn is_mount_in(value: &str, allowed: &str) -> bool {
    let ((value, mode), (allowed, allowed_mode)) = (mounted(value), mounted(allowed));
    (allowed_mode != READ_ONLY || mode == READ_ONLY) && is_within(&plain(value), &plain(allowed))
}

/// The first address of a range, as a number of 128 bits that begins with its bits, and how many of them all have in common;
/// `None` if it is no range. IPv4 and IPv6 are told apart.
pub(super) fn subnet(text: &str) -> Option<(bool, u128, u32)> {
    let (address, length) = text.trim().split_once('/')?;
    let (is_v4, bits, most) = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(address) => (true, u128::from(u32::from(address)) << 96, 32),
        IpAddr::V6(address) => (false, u128::from(address), 128),
    };
    let length = length.parse::<u32>().ok().filter(|length| *length <= most)?;
    let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
    Some((is_v4, bits & mask, length))
}

/// What is not a range is in none.
fn is_subnet_of(value: &str, allowed: &str) -> bool {
    let (Some(value), Some(allowed)) = (subnet(value), subnet(allowed)) else { return false };
    let mask = u128::MAX.checked_shl(128 - allowed.2).unwrap_or(0);
    value.0 == allowed.0 && value.2 >= allowed.2 && value.1 & mask == allowed.1
}

/// The first and last port of `80` or `80-90`; `None` if it is neither.
pub(super) fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let port = |text: &str| text.trim().parse::<u16>().ok();
    let (first, last) = (port(first)?, port(last)?);
    (first <= last).then_some((first, last))
}

/// What is not a range is in none.
fn is_between(value: &str, allowed: &str) -> bool {
    let (Some(value), Some(allowed)) = (range(value), range(allowed)) else { return false };
    allowed.0 <= value.0 && value.1 <= allowed.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_to_be_allowed_whole() {
        let allowed = |value, allowed| is_in(Restricted::Ports, value, allowed);
        assert!(allowed("8080", "1024-65535") && allowed("1024-65535", "1024-65535") && allowed("80", "80"));
        assert!(allowed("1", "*"));
        assert!(
            !allowed("80", "1024-65535") && !allowed("1000-2000", "1024-65535") && !allowed("80-81", "80")
        );
        for strange in ["", "-", "0-", "70000", "90-80", "http", "1024-", "8080,80"] {
            assert!(!allowed(strange, "1-65535"), "{strange}");
        }
    }

    #[test]
    fn a_folder_is_allowed_with_what_is_in_it() {
        let allowed = |value, allowed| is_in(Restricted::Binds, value, allowed);
        assert!(
            allowed("/srv/a", "/srv/a") && allowed("/srv/a/b", "/srv/a/") && allowed("/srv/./a", "/srv/a")
        );
        assert!(
            !allowed("/srv/ab", "/srv/a") && !allowed("/srv", "/srv/a") && !allowed("/srv/a/../b", "/srv/a")
        );
        assert!(!allowed("/srv/*", "/srv/a") && !allowed("/srv/a", "/srv/*"), "a path is no pattern");
    }

    #[test]
    fn what_may_be_read_may_not_be_written() {
        let allowed = |value: &str, allowed| is_in(Restricted::Binds, value, allowed);
        let (read, written) = (mount_of("/etc/localtime", true), mount_of("/etc/localtime", false));
        assert!(allowed(&read, "/etc/localtime:ro") && !allowed(&written, "/etc/localtime:ro"));
        assert!(allowed(&read, "/etc/localtime") && allowed(&written, "/etc/localtime"));
        // A path that looks like one that is only read.
        assert!(!allowed(&mount_of("/etc/localtime:ro", false), "/etc/localtime:ro"));
        assert!(!allowed(&mount_of("/etc/localtime:ro", true), "/etc/localtime:ro"));
    }

    #[test]
    fn an_address_range_is_allowed_with_those_in_it() {
        let allowed = |value, allowed| is_in(Restricted::Subnets, value, allowed);
        assert!(allowed("10.20.3.0/24", "10.20.0.0/16") && allowed("10.20.0.0/16", "10.20.9.9/16"));
        assert!(
            allowed("fd00:1::/64", "fd00::/8")
                && allowed("0.0.0.0/1", "*")
                && allowed("1.2.3.4/32", "0.0.0.0/0")
        );
        assert!(!allowed("10.0.0.0/8", "10.20.0.0/16") && !allowed("10.21.0.0/24", "10.20.0.0/16"));
        assert!(!allowed("::/0", "0.0.0.0/0") && !allowed("0.0.0.0/1", "10.0.0.0/8"));
        for strange in ["", "10.20.0.1", "10.20.0.0/33", "10.20.0.0/-1", "10.*", "a/8"] {
            assert!(!allowed(strange, "0.0.0.0/0"), "{strange}");
        }
    }

    #[test]
    fn everything_else_is_compared_with_a_pattern() {
        let image = "docker.io/library/nginx@sha256:abc";
        assert!(is_in(Restricted::Images, image, "*@sha256:*"));
        assert!(is_in(Restricted::Images, image, "docker.io/library/*"));
        assert!(!is_in(Restricted::Images, image, "docker.io/mine/*"));
        assert!(!is_in(Restricted::Capabilities, "NET_ADMIN", "NET_RAW"));
    }
}
