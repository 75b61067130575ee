//! What containers use of the host: CPU, memory, network, disks and processes.
//!
//! The engine reports a [`Reading`] of each running container again and again; two of them give a [`Sample`]. The samples of
//! the last hour are kept in memory by a [`Book`], and rolled up into [`Point`]s of five minutes, which are stored in
//! [`Block`]s. Everything here is pure: whoever calls says what time it is.

use std::time::Duration;

mod block;
mod book;
mod counters;
mod cpu_share;
mod history;
mod host;
mod point;
mod reading;
mod recent;
mod retention;
mod running;
mod sample;
mod snapshot;

pub use block::{BLOCK_SPAN, Block, BlockError};
pub use book::{Book, Limits};
pub use counters::Counters;
pub use cpu_share::CpuShare;
pub use history::{History, MAX_POINTS, MAX_POINTS_OF_SERIES, Series, Step, resample};
pub use host::{DiskFigures, DiskPurpose, HostFigures, HostReading};
pub use point::Point;
pub use reading::{MemoryReading, Reading};
pub use recent::Recent;
pub use retention::{Crowded, StatisticsRetention, StoredSpan};
pub use running::{MAX_FOLLOWED, Place, Running, Subject};
pub use sample::Sample;
pub use snapshot::{ContainerFigures, Rates, StatisticsSnapshot};

/// Time between two samples of a container.
pub const SAMPLE_EVERY: Duration = Duration::from_secs(5);
/// How long samples are kept.
pub const RECENT: Duration = Duration::from_hours(1);
/// The time that a stored point covers.
pub const POINT_EVERY: Duration = Duration::from_mins(5);
/// How long stored points are kept.
pub const STORED: Duration = Duration::from_hours(14 * 24);
/// A longer pause between two samples is a gap: nothing is said about what happened in it.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests;
