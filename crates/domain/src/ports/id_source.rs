//! Ids and randomness.

use uuid::Uuid;

/// The only source of ids and randomness.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait IdSource: Send + Sync {
    /// A new version 7 UUID: unique, and sorted by creation time.
    fn next_uuid(&self) -> Uuid;

    /// 32 unpredictable bytes, for secrets.
    fn secret(&self) -> [u8; 32];

    /// A number in `0.0..1.0`, for jitter. It may be predictable.
    fn jitter(&self) -> f64;
}
