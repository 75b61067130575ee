//! Ids and randomness.

use core_monitor_domain::ports::{Clock, IdSource};
use uuid::{Builder, Uuid};

use crate::SystemClock;

/// The operating system provides no random bytes, so no secure secrets can be generated.
#[derive(Debug, thiserror::Error)]
#[error("the operating system provides no random bytes")]
pub struct RandomnessUnavailable(#[source] getrandom::Error);

/// Ids and secrets from the operating system's randomness.
#[derive(Debug)]
pub struct SystemIdSource(());

impl SystemIdSource {
    /// Tests the operating system's randomness once, so that a machine without it fails at startup.
    pub fn new() -> Result<Self, RandomnessUnavailable> {
        getrandom::fill(&mut [0; 1]).map_err(RandomnessUnavailable)?;
        Ok(Self(()))
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        // It worked at startup and cannot stop working on Linux. If it did, a guessable secret or a duplicate id would be
        // worse than a restart.
        std::process::abort();
    }
    bytes
}

impl IdSource for SystemIdSource {
    fn next_uuid(&self) -> Uuid {
        let millis = u64::try_from(SystemClock.now().as_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random()).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        random()
    }

    fn jitter(&self) -> f64 {
        f64::from(u32::from_ne_bytes(random())) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_unique() {
        let ids = SystemIdSource::new().unwrap();
        let (one, two) = (ids.next_uuid(), ids.next_uuid());
        assert_eq!(one.get_version_num(), 7);
        assert_ne!(one, two);
    }

    #[test]
    fn secrets_are_unique_and_jitter_is_below_one() {
        let ids = SystemIdSource::new().unwrap();
        assert_ne!(ids.secret(), ids.secret());
        assert!((0..100).all(|_| (0.0..1.0).contains(&ids.jitter())));
    }
}
