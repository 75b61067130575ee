//! A share of CPU time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// CPU time used per time passed, in hundredths of a percent of one CPU: 10,000 is one CPU that does nothing else, and more is
/// possible on several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CpuShare(pub u32);

impl CpuShare {
    /// `used` of `whole` on `cpus`, as `docker stats` computes it: of the time of all CPUs, scaled to one of them. `None` if no
    /// time has passed.
    pub fn of(used: u64, whole: u64, cpus: u32) -> Option<Self> {
        if whole == 0 {
            return None;
        }
        let scaled = u128::from(used) * u128::from(cpus) * 10_000;
        let rounded = (scaled + u128::from(whole) / 2) / u128::from(whole);
        Some(Self(u32::try_from(rounded).unwrap_or(u32::MAX)))
    }

    /// As a ratio: 1 is one CPU.
    pub fn ratio(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }

    /// In percent of one CPU.
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl fmt::Display for CpuShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} %", self.percent())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_one_cpu() {
        // Half of the time of two CPUs is one CPU.
        assert_eq!(CpuShare::of(1_000, 2_000, 2), Some(CpuShare(10_000)));
        assert_eq!(CpuShare::of(0, 2_000, 2), Some(CpuShare(0)));
        assert_eq!(CpuShare::of(1, 3, 1).unwrap().to_string(), "33.33 %");
        assert_eq!(CpuShare::of(u64::MAX, 1, 64), Some(CpuShare(u32::MAX)));
        assert_eq!(CpuShare::of(1, 0, 2), None, "no time has passed");
    }
}
