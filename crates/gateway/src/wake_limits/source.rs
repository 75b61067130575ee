//! What counts as one client.

use std::net::IpAddr;

/// An IPv4 address, or the network of an IPv6 address: 64 bits are what a single customer gets at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Source(u128);

impl Source {
    pub(super) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            // As an IPv6 address, it is in a network whose first 64 bits are zero, and no client has one in it.
            IpAddr::V4(v4) => Self(v4.to_ipv6_mapped().to_bits()),
            IpAddr::V6(v6) => Self(v6.to_bits() >> 64 << 64),
        }
    }
}
