//! Who is connected.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use super::ConnectionLimits;

/// Counts the connections of all threads.
#[derive(Debug)]
pub(crate) struct Census {
    limits: ConnectionLimits,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    in_all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Why there is no room for another connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crowded {
    /// There are as many as there may be.
    Full,
    /// There are as many from this address as there may be.
    Address,
}

/// The place of one connection, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    census: Arc<Census>,
    address: Option<IpAddr>,
}

impl Census {
    pub(crate) fn new(limits: ConnectionLimits) -> Arc<Self> {
        Arc::new(Self { limits, counts: Mutex::default() })
    }

    /// Takes a place for a connection from `address`.
    pub(super) fn enter(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Crowded> {
        let address = address.map(network);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.in_all >= self.limits.in_all {
            return Err(Crowded::Full);
        }
        if let Some(address) = address {
            let from_there = counts.by_address.entry(address).or_default();
            if *from_there >= self.limits.per_address {
                return Err(Crowded::Address);
            }
            *from_there += 1;
        }
        counts.in_all += 1;
        Ok(Place { census: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.census.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.in_all = counts.in_all.saturating_sub(1);
        let Some(address) = self.address else { return };
        if let Some(from_there) = counts.by_address.get_mut(&address) {
            *from_there -= 1;
            if *from_there == 0 {
                counts.by_address.remove(&address);
            }
        }
    }
}

/// What counts as one address: whoever has an IPv6 address usually has the whole /64 network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn census(in_all: usize, per_address: usize) -> Arc<Census> {
        Census::new(ConnectionLimits { in_all, per_address, ..ConnectionLimits::default() })
    }

    fn address(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let census = census(3, 2);
        let held = [census.enter(address("10.0.0.1")).unwrap(), census.enter(address("10.0.0.1")).unwrap()];
        assert_eq!(census.enter(address("10.0.0.1")).unwrap_err(), Crowded::Address);
        assert_eq!(census.enter(address("::ffff:10.0.0.1")).unwrap_err(), Crowded::Address);
        let other = census.enter(address("10.0.0.2")).unwrap();
        assert_eq!(census.enter(address("10.0.0.3")).unwrap_err(), Crowded::Full);
        drop(other);
        drop(held);
        assert!(census.enter(address("10.0.0.1")).is_ok(), "a place is given back");
        assert!(census.counts.lock().unwrap().by_address.is_empty(), "nobody is remembered");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let census = census(9, 1);
        let _held = census.enter(address("2001:db8::1")).unwrap();
        assert_eq!(census.enter(address("2001:db8::2:3")).unwrap_err(), Crowded::Address);
        assert!(census.enter(address("2001:db8:0:1::1")).is_ok());
    }
}
