//! What only grows.

use serde::{Deserialize, Serialize};

/// Bytes transferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Received over all network interfaces.
    pub network_received: u64,
    /// Sent over all network interfaces.
    pub network_sent: u64,
    /// Read from block devices.
    pub block_read: u64,
    /// Written to block devices.
    pub block_written: u64,
}

impl Counters {
    /// What was transferred since `earlier`. A counter that is smaller than before has begun again, at zero.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        self.with(earlier, |now, before| now.checked_sub(before).unwrap_or(now))
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    /// As four numbers, in the order of the fields.
    pub fn to_array(self) -> [u64; 4] {
        [self.network_received, self.network_sent, self.block_read, self.block_written]
    }

    /// From four numbers, in the order of the fields.
    pub fn from_array([network_received, network_sent, block_read, block_written]: [u64; 4]) -> Self {
        Self { network_received, network_sent, block_read, block_written }
    }

    fn with(&self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        let (one, two) = (self.to_array(), other.to_array());
        Self::from_array(std::array::from_fn(|index| combine(one[index], two[index])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_that_shrinks_has_begun_again() {
        let earlier = Counters::from_array([10, 10, 10, u64::MAX]);
        let now = Counters::from_array([15, 10, 4, 0]);
        assert_eq!(now.since(&earlier), Counters::from_array([5, 0, 4, 0]));
        assert_eq!(now.plus(&earlier), Counters::from_array([25, 20, 14, u64::MAX]));
    }
}
