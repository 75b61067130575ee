//! For load balancers and monitoring systems.

mod health;
mod metrics;
mod ready;
mod statistics_metrics;
mod storage_metrics;

pub(crate) use health::show_health;
pub(crate) use metrics::{Metrics, show_metrics};
pub(crate) use ready::show_readiness;
