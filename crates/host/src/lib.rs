//! What the machine gives: time and identities.
//!
//! The only crate that asks the operating system what time it is or for random bytes. Everything else gets both through
//! the ports, so that tests can decide them.
#![deny(missing_docs)]

mod clock;
mod ids;

pub use clock::SystemClock;
pub use ids::{RandomnessUnavailable, SystemIdSource};
