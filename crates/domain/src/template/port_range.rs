//! A range of ports of the host.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Ports from the first to the last, such as `8002-8201`, from which each instance gets one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PortRange {
    first: u16,
    last: u16,
}

/// Text that is no range of ports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no range of ports such as `8002-8201`")]
pub struct PortRangeError;

impl PortRange {
    /// Whether the port is one of them.
    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }

    /// How many there are.
    pub fn size(self) -> u32 {
        u32::from(self.last) - u32::from(self.first) + 1
    }

    /// The lowest one that is not taken.
    pub fn lowest_free(self, taken: &BTreeSet<u16>) -> Option<u16> {
        // What is taken comes in order, so the first gap is found without looking at every port.
        let mut free = self.first;
        for port in taken.range(self.first..=self.last) {
            if *port != free {
                break;
            }
            free = free.checked_add(1)?;
        }
        self.contains(free).then_some(free)
    }

    /// The first one.
    pub fn first(self) -> u16 {
        self.first
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

impl FromStr for PortRange {
    type Err = PortRangeError;

    fn from_str(text: &str) -> Result<Self, PortRangeError> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let port = |text: &str| text.trim().parse::<u16>().ok().filter(|port| *port > 0);
        match (port(first), port(last)) {
            (Some(first), Some(last)) if first <= last => Ok(Self { first, last }),
            _ => Err(PortRangeError),
        }
    }
}

impl TryFrom<String> for PortRange {
    type Error = PortRangeError;

    fn try_from(text: String) -> Result<Self, PortRangeError> {
        text.parse()
    }
}

impl From<PortRange> for String {
    fn from(range: PortRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowest_free(range: &str, taken: &[u16]) -> Option<u16> {
        range.parse::<PortRange>().unwrap().lowest_free(&taken.iter().copied().collect())
    }

    #[test]
    fn the_lowest_port_that_is_not_taken_is_free() {
        assert_eq!(lowest_free("8002-8004", &[]), Some(8002));
        assert_eq!(lowest_free("8002-8004", &[80, 8002, 8003, 9000]), Some(8004));
        assert_eq!(lowest_free("8002-8004", &[8003]), Some(8002));
        assert_eq!(lowest_free("8002-8004", &[8002, 8003, 8004]), None);
        assert_eq!(lowest_free("65535", &[65_535]), None);
    }

    #[test]
    fn a_range_says_itself() {
        for (text, said) in [("8002-8201", "8002-8201"), ("80", "80-80"), (" 80 - 81 ", "80-81")] {
            assert_eq!(text.parse::<PortRange>().map(|range| range.to_string()), Ok(said.to_owned()));
        }
        assert_eq!("1-65535".parse::<PortRange>().unwrap().size(), 65_535);
        for text in ["", "0-80", "81-80", "1-2-3", "a", "80-70000", "-"] {
            assert_eq!(text.parse::<PortRange>(), Err(PortRangeError), "{text}");
        }
    }
}
