//! A worker's lease.

use crate::ids::{Epoch, WorkerId};
use crate::time::Timestamp;

/// The right to work until it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The holder.
    pub worker: WorkerId,
    /// Fencing number.
    pub epoch: Epoch,
    /// When it expires, by the wall clock.
    pub expires_at: Timestamp,
}
