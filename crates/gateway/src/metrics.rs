//! What the gateway counts, for Prometheus.
//!
//! A counter is an atomic number, and whoever counts for a service keeps its [`DoorMetrics`], so that counting takes no lock. A
//! reader may see one number of a request and not yet another; each of them is right on its own and never goes back.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

mod door;
mod histogram;
mod labels;
mod ledger;
mod render;
mod text;

pub use door::{DoorMetrics, Held};
pub use labels::{
    AnsweredBy, Gauge, HeldReason, Prediction, Refusal, SleepCause, StartCause, StartFailureReason,
    StartOutcome, StartPhase, WakeRefusal,
};

/// The `Content-Type` of [`GatewayMetrics::render`].
pub const TEXT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The `Content-Type` of [`GatewayMetrics::render_open_metrics`].
pub const OPEN_METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that the gateway counts.
#[derive(Debug, Default)]
pub struct GatewayMetrics {
    /// By the names of stack and service. Locked only to find or list them.
    doors: Mutex<BTreeMap<(String, String), Arc<DoorMetrics>>>,
    connections: AtomicU64,
    refused: [AtomicU64; Refusal::ALL.len()],
}

/// A connection of a client; it counts as open until this is dropped.
#[derive(Debug)]
#[must_use = "the connection counts only as long as this is kept"]
pub struct OpenConnection(Arc<GatewayMetrics>);

impl GatewayMetrics {
    /// Where to count for a service; the same for the same names, until they are forgotten.
    pub fn door(&self, stack: &str, service: &str) -> Arc<DoorMetrics> {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(doors.entry((stack.to_owned(), service.to_owned())).or_default())
    }

    /// Forgets all services but these, by the names of stack and service. What is counted for others from now on is not shown.
    pub fn keep_only(&self, is_kept: impl Fn(&str, &str) -> bool) {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        doors.retain(|(stack, service), _| is_kept(stack, service));
    }

    /// A connection was accepted.
    pub fn connected(self: &Arc<Self>) -> OpenConnection {
        self.connections.fetch_add(1, Relaxed);
        OpenConnection(Arc::clone(self))
    }

    /// A connection was refused.
    pub fn refused(&self, why: Refusal) {
        self.refused[why as usize].fetch_add(1, Relaxed);
    }

    /// As text in version 0.0.4 of the Prometheus format.
    pub fn render(&self) -> String {
        render::render(self, text::Format::Prometheus)
    }

    /// As text in the `OpenMetrics` format.
    pub fn render_open_metrics(&self) -> String {
        render::render(self, text::Format::OpenMetrics)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests;
