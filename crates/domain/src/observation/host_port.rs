//! Who holds a port of the host.

use super::{HostObservation, Occupant};
use crate::ids::StackId;

/// Whether two host addresses conflict for the same port. An empty one stands for all.
pub fn overlapping_addresses(one: &str, other: &str) -> bool {
    everywhere(one) || everywhere(other) || one == other
}

/// Whether an address stands for all of the host.
pub(crate) fn everywhere(ip: &str) -> bool {
    matches!(ip, "" | "0.0.0.0" | "::" | "[::]")
}

impl HostObservation {
    /// The running container that holds a port on an address, other than those of the stack `own`.
    pub fn holder_of(&self, ip: &str, port: u16, protocol: &str, own: Option<StackId>) -> Option<&Occupant> {
        self.occupants.iter().filter(|occupant| occupant.up).find(|occupant| {
            let is_own = occupant.ours && own.is_some() && occupant.owner == own;
            let holds = occupant.ports.iter().any(|held| {
                held.host_port == port
                    && held.protocol == protocol
                    && overlapping_addresses(&held.host_ip, ip)
            });
            holds && !is_own
        })
    }
}

#[cfg(test)]
mod tests {
    use super::overlapping_addresses;

    #[test]
    fn an_address_overlaps_itself_and_all_of_the_host() {
        for (one, other, expected) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "10.0.0.1", false),
            ("", "10.0.0.1", true),
            ("10.0.0.1", "::", true),
        ] {
            assert_eq!(overlapping_addresses(one, other), expected, "{one} {other}");
        }
    }
}
