//! Writing down what is about to be done and what came of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use core_monitor_domain::command::{Command, Failure};
use core_monitor_domain::command_event::{EventEntry, EventKind};
use core_monitor_domain::ids::{ContainerId, Seq};
use core_monitor_domain::plan::{Action, Plan, Step};
use core_monitor_domain::planner::Facts;
use core_monitor_domain::ports::{Clock, EffectOutcome, EngineError, IdSource, QueueError, WorkerQueue};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tracing::{error, warn};

use super::backoff::Backoff;
use super::chain;
use super::history::{HANDOVER, OpenIntent, ROLLBACK};
use super::tenure::{Halt, Tenure};

/// Attempts to write after which a worker that is told to end gives up a database that does not answer.
const LAST_ATTEMPTS: u32 = 5;

/// The journal of one command, written under the lease.
pub(crate) struct Journal<'w> {
    pub(crate) queue: &'w dyn WorkerQueue,
    pub(crate) clock: &'w dyn Clock,
    pub(crate) ids: &'w dyn IdSource,
    pub(crate) tenure: &'w Tenure<'w>,
    seq: Seq,
    attempt: u32,
    last_effect: AtomicU64,
    notes: Mutex<Vec<EventEntry>>,
    noted: Notify,
}

impl<'w> Journal<'w> {
    pub(crate) fn new(
        queue: &'w dyn WorkerQueue,
        clock: &'w dyn Clock,
        ids: &'w dyn IdSource,
        tenure: &'w Tenure<'w>,
        command: &Command,
    ) -> Self {
        let last_effect = AtomicU64::new(0);
        Self {
            queue,
            clock,
            ids,
            tenure,
            seq: command.seq,
            attempt: command.attempt,
            last_effect,
            notes: Mutex::default(),
            noted: Notify::new(),
        }
    }

    /// Goes on counting effects where the journal ends.
    pub(crate) fn continue_after(&self, effect: u64) {
        self.last_effect.fetch_max(effect, Ordering::Relaxed);
    }

    /// An effect is about to be sent. Gives the number that its outcome has to carry.
    pub(crate) fn intent(&self, step: &Step, container: Option<&ContainerId>) -> (u64, EventEntry) {
        let effect = self.last_effect.fetch_add(1, Ordering::Relaxed) + 1;
        let mut detail = json!({
            "effect": effect,
            "action": step.action.to_string(),
            "cause": step.cause.to_string(),
        });
        if let Some(container) = container {
            detail["container"] = json!(container);
        }
        if let Action::RunHook { index, .. } = &step.action {
            detail["hook"] = json!(index);
        }
        (effect, self.entry(EventKind::Intent, step.action.op(), step.action.subject(), detail))
    }

    /// The answer to an effect.
    pub(crate) fn outcome(
        &self,
        effect: u64,
        step: &Step,
        reply: &Result<EffectOutcome, EngineError>,
        took: Duration,
    ) -> EventEntry {
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let mut detail = json!({ "effect": effect, "ok": reply.is_ok(), "took_ms": took });
        match reply {
            Ok(EffectOutcome::Done) => {}
            Ok(EffectOutcome::Container { id, warnings }) => {
                detail["container"] = json!(id);
                if !warnings.is_empty() {
                    detail["warnings"] = json!(warnings);
                }
            }
            Ok(EffectOutcome::Network { id }) => detail["network"] = json!(id),
            Ok(EffectOutcome::Image { id }) => detail["image"] = json!(id),
            Err(error) => {
                detail["class"] = json!(class(error));
                detail["message"] = json!(error.to_string());
            }
        }
        self.entry(EventKind::Outcome, step.action.op(), step.action.subject(), detail)
    }

    /// Nobody knows what became of an effect; this is what the engine shows instead.
    pub(crate) fn unknown_outcome(&self, intent: &OpenIntent, observed: &str) -> EventEntry {
        let detail = json!({ "effect": intent.effect, "ok": false, "unknown": true, "observed": observed });
        self.entry(EventKind::Outcome, &intent.op, &intent.target, detail)
    }

    /// A plan was made. The first one of a RESTART carries the runs it has to end, that of a DELETE the anonymous volumes
    /// that have to go.
    pub(crate) fn planned(&self, plan: &Plan, baseline: Option<&Facts>) -> EventEntry {
        let mut detail = json!({
            "steps": plan.steps.len(),
            "effects": plan.effects(),
            "problems": plan.problems.len(),
            "fingerprint": plan.fingerprint(),
        });
        if let Some(facts) = baseline {
            detail["restarting"] = json!(facts.restarting);
            detail["doomed_volumes"] = json!(facts.doomed_volumes);
        }
        self.entry(EventKind::Planned, "", "", detail)
    }

    /// How far an effect or a wait is.
    pub(crate) fn progress(&self, step: &Step, detail: Value) -> EventEntry {
        self.entry(EventKind::Progress, step.action.op(), step.action.subject(), detail)
    }

    /// Leaves an entry for whoever carries out the plan to write with its own.
    ///
    /// Effects and waits may not write themselves: they are only polled while nothing else is done, and one that holds
    /// the database's only connection for writing while the journal waits for it would hold it for ever.
    pub(crate) fn note(&self, entry: EventEntry) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        self.noted.notify_one();
    }

    /// The entries left since they were taken last; there may be none.
    pub(crate) fn take_notes(&self) -> Vec<EventEntry> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns once an entry was left.
    pub(crate) async fn noted(&self) {
        self.noted.notified().await;
    }

    /// Something transient went wrong.
    pub(crate) fn retrying(&self, message: &str, delay: Duration) -> EventEntry {
        let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.entry(EventKind::Retrying, "", "", json!({ "message": message, "in_ms": delay }))
    }

    /// From here on the command goes back to the earlier release.
    pub(crate) fn rolling_back(&self, failure: &Failure) -> EventEntry {
        self.entry(EventKind::Progress, ROLLBACK, "", json!({ "failure": failure }))
    }

    /// The stack's folder on the host is about to be brought to the version.
    pub(crate) fn folder(&self, detail: Value) -> EventEntry {
        self.entry(EventKind::Progress, "write_files", "", detail)
    }

    /// This worker was told to end and leaves the command to the next one.
    pub(crate) fn handover(&self) -> EventEntry {
        self.entry(EventKind::Progress, HANDOVER, "", Value::Null)
    }

    fn entry(&self, kind: EventKind, op: &str, target: &str, detail: Value) -> EventEntry {
        EventEntry {
            kind,
            actor: "worker".to_owned(),
            epoch: Some(self.tenure.lease().epoch),
            attempt: self.attempt,
            op: op.to_owned(),
            target: target.to_owned(),
            detail,
        }
    }

    /// Commits the entries in one transaction that also checks the lease. Returns with an error only when this worker
    /// must stop; a database that cannot be used for now is waited for.
    pub(crate) async fn record(&self, entries: Vec<EventEntry>) -> Result<(), Halt> {
        self.guarded("write the journal", || {
            let (lease, entries) = (self.tenure.lease(), entries.clone());
            async move { self.queue.record(&lease, self.seq, entries, self.clock.now()).await }
        })
        .await
    }

    /// Repeats a guarded write until it is done or this worker must stop.
    pub(crate) async fn guarded<T, F>(&self, what: &str, attempt: impl Fn() -> F + Sync) -> Result<T, Halt>
    where
        T: Send,
        F: Future<Output = Result<T, QueueError>> + Send,
    {
        let mut backoff = Backoff::default();
        loop {
            let store_error = match attempt().await {
                Ok(value) => return Ok(value),
                Err(QueueError::LeaseLost) => {
                    self.tenure.lose();
                    return Err(Halt::LeaseLost);
                }
                Err(QueueError::Store(store_error)) => store_error,
            };
            match self.tenure.halt() {
                Some(Halt::LeaseLost) => return Err(Halt::LeaseLost),
                Some(Halt::Shutdown) if backoff.failures() >= LAST_ATTEMPTS => {
                    error!(error = %chain(&store_error), "cannot {what}, and cannot wait any longer");
                    return Err(Halt::Shutdown);
                }
                _ => warn!(error = %chain(&store_error), "cannot {what} for now"),
            }
            self.clock.sleep(backoff.next(self.ids.jitter())).await;
        }
    }
}

/// The word for a kind of error in the journal.
fn class(error: &EngineError) -> &'static str {
    match error {
        EngineError::Unavailable { .. } => "unavailable",
        EngineError::Timeout { .. } => "timeout",
        EngineError::NotFound { .. } => "not_found",
        EngineError::Conflict { .. } => "conflict",
        EngineError::NameTaken { .. } => "name_taken",
        EngineError::PortTaken { .. } => "port_taken",
        EngineError::ImageUnavailable { .. } => "image_unavailable",
        EngineError::RegistryDenied { .. } => "registry_denied",
        EngineError::BuildFailed { .. } => "build_failed",
        EngineError::StartRefused { .. } => "start_refused",
        EngineError::CommandFailed { .. } => "command_failed",
        EngineError::Refused { .. } => "refused",
    }
}
