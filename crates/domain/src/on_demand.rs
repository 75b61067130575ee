//! Services that wake at their first request and sleep when nobody uses them.
//!
//! A service declares under `x-core-monitor.on-demand` which requests are for it, and how it wakes and sleeps. What may happen
//! when is decided here, for the gateway that carries requests and for everybody who shows it; nothing here waits, listens or
//! looks at a clock.

pub mod back_test;
pub mod day;
pub mod estimate;
pub mod eviction;
pub mod experience;
pub mod hosts;
pub mod house;
pub mod household;
pub mod idle_histogram;
pub mod life;
pub mod policy;
pub mod report;
pub mod reported;
pub(crate) mod said;
pub mod schedule;
pub mod settings;
pub mod week_profile;
pub mod wish;

pub use day::{Day, DayNumber};
pub use experience::Experience;
pub use household::Household;
pub use reported::{GatewayReport, OnDemandState, Reported};
pub use schedule::Schedule;
pub use settings::{DoorKey, HostPattern, OnDemand, OnDemandTimes, Readiness, ThemeName, WaitMode, WakeBy};
pub use wish::Wish;
