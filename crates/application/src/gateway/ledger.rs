//! What the operator counts of services that wake on demand.

use std::time::Duration;

use core_monitor_domain::command::PowerCause;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::on_demand::experience::PredictionOutcome;
use core_monitor_domain::on_demand::house::{Held, StartFailure};

/// A service as the operator knows it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'n> {
    /// Its stack.
    pub stack: &'n StackName,
    /// Its name.
    pub service: &'n ServiceName,
}

/// Counts what happens. Nothing waits for it and nothing depends on it.
pub trait Ledger: Send + Sync {
    /// A start was asked for; `None` if the service was found running.
    fn started(&self, which: Named<'_>, cause: Option<&PowerCause>);

    /// A start succeeded: the time until its containers ran, and from then until it answered.
    fn start_took(&self, which: Named<'_>, until_running: Duration, until_ready: Duration);

    /// A start failed after so long.
    fn start_failed(&self, which: Named<'_>, why: &StartFailure, after: Duration);

    /// It waits for something before it may start; `None` if it does not any more.
    fn held(&self, which: Named<'_>, why: Option<&Held>);

    /// It was put to sleep; `None` if it was found stopped.
    fn slept(&self, which: Named<'_>, cause: Option<&PowerCause>);

    /// It is known what came of a prediction; `None` for a cold start that nobody had expected.
    fn predicted(&self, which: Named<'_>, outcome: Option<PredictionOutcome>);

    /// For how long it has slept in all since the gateway runs, and what it did not use meanwhile in GiB·h.
    fn asleep(&self, which: Named<'_>, total: Duration, saved: f64);

    /// Only these services are left.
    fn keep_only(&self, is_kept: &dyn Fn(Named<'_>) -> bool);
}

/// Counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLedger;

impl Ledger for NoLedger {
    fn started(&self, _: Named<'_>, _: Option<&PowerCause>) {}

    fn start_took(&self, _: Named<'_>, _: Duration, _: Duration) {}

    fn start_failed(&self, _: Named<'_>, _: &StartFailure, _: Duration) {}

    fn held(&self, _: Named<'_>, _: Option<&Held>) {}

    fn slept(&self, _: Named<'_>, _: Option<&PowerCause>) {}

    fn predicted(&self, _: Named<'_>, _: Option<PredictionOutcome>) {}

    fn asleep(&self, _: Named<'_>, _: Duration, _: f64) {}

    fn keep_only(&self, _: &dyn Fn(Named<'_>) -> bool) {}
}
