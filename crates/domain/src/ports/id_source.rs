//! Identities.

use uuid::Uuid;

/// The only source of identities and randomness.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait IdSource: Send + Sync {
    /// A new version 7 UUID: unique, and sorted by the time it was made.
    fn next_uuid(&self) -> Uuid;

    /// 32 unpredictable bytes, for secrets.
    fn secret(&self) -> [u8; 32];

    /// A number in `0.0..1.0`, for jitter. Need not be unpredictable.
    fn jitter(&self) -> f64;
}
