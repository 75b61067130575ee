//! Waiting for a container: engine events wake it, polling is the truth.

use std::time::Duration;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::desired::{RestartPolicy, ServiceSpec};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::plan::{Action, Step};
use core_monitor_domain::ports::{ContainerEngine, EngineError};
use core_monitor_domain::stack::RunId;
use serde_json::json;

use super::context::Context;
use super::setback::{Setback, Trouble};
use super::verdict::{self, FirstLook, Verdict};

/// How many of a container's last lines go into a failure.
const LOG_LINES: u32 = 50;

/// A wait that was met.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// The run that proved stable.
    pub(crate) settled: Option<RunId>,
    /// The wait failed, and the definition does not mind.
    pub(crate) excused: Option<String>,
}

/// One wait.
pub(crate) struct Wait<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) step: &'a Step,
    pub(crate) container: ContainerId,
    /// The definition of its service, if it is still in the file.
    pub(crate) service: Option<&'a ServiceSpec>,
    /// Elapsed time at which this wait began, in an earlier pass maybe.
    pub(crate) since: Duration,
}

impl Wait<'_> {
    pub(crate) async fn run(&self) -> Result<Met, Setback> {
        let failure = match self.watch().await {
            Ok(met) => return Ok(met),
            Err(Setback::Failed(failure)) => failure,
            Err(setback) => return Err(setback),
        };
        if self.required() {
            Err(Setback::Failed(Box::new(with_logs(self.context.engine(), &self.container, *failure).await)))
        } else {
            Ok(Met { excused: Some(failure.message), ..Met::default() })
        }
    }

    async fn watch(&self) -> Result<Met, Setback> {
        let (clock, settings) = (self.context.clock(), self.context.settings);
        let mut activity = self.context.activity.of(self.container.clone());
        let mut first: Option<(FirstLook, Duration)> = None;
        let mut shown = "";
        loop {
            let container = self.look().await?;
            let now = clock.elapsed();
            let (first, seen) = first.get_or_insert_with(|| (FirstLook::at(&container), now));
            let state = match self.judge(&container, first, now.saturating_sub(*seen)) {
                Verdict::Met => {
                    let stable = matches!(self.step.action, Action::AwaitStable { .. });
                    return Ok(Met { settled: container.run().filter(|_| stable), excused: None });
                }
                Verdict::Pending(state) => state,
                Verdict::Unexpected(state) => {
                    let words = format!("`{}` is {state}", container.name);
                    return Err(Setback::LookAgain { words, contested: None });
                }
                Verdict::Failed(failure) => {
                    return Err(Setback::Failed(Box::new(failure.about(&container.name))));
                }
            };
            if now.saturating_sub(self.since) >= self.deadline() {
                return Err(Setback::Failed(Box::new(self.overdue(&container, state))));
            }
            self.show(&mut shown, state);
            let rest = settings.stable_for.saturating_sub(now.saturating_sub(*seen));
            let nap = if rest.is_zero() { settings.poll } else { settings.poll.min(rest) };
            tokio::select! {
                biased;
                () = activity.changed() => {}
                () = clock.sleep(nap) => {}
            }
        }
    }

    async fn look(&self) -> Result<ObservedContainer, Setback> {
        match self.context.engine().inspect(&self.container).await {
            Ok(Some(container)) => Ok(container),
            Ok(None) => {
                let words = format!("`{}` is gone", self.step.action.subject());
                Err(Setback::LookAgain { words, contested: None })
            }
            Err(error @ (EngineError::Unavailable { .. } | EngineError::Timeout { .. })) => {
                Err(Setback::Transient(Trouble::of(&self.step.action.to_string(), &error)))
            }
            Err(error) => Err(Setback::LookAgain { words: error.to_string(), contested: None }),
        }
    }

    fn judge(&self, container: &ObservedContainer, first: &FirstLook, ago: Duration) -> Verdict {
        match self.step.action {
            Action::AwaitHealthy { .. } => verdict::healthy(container),
            Action::AwaitCompleted { .. } => verdict::completed(container),
            _ => {
                let restart =
                    self.service.map_or(RestartPolicy::default(), |service| service.container.restart);
                verdict::stable(container, first, ago, self.context.settings.stable_for, restart)
            }
        }
    }

    fn required(&self) -> bool {
        match self.step.action {
            Action::AwaitHealthy { required, .. } | Action::AwaitCompleted { required, .. } => required,
            _ => true,
        }
    }

    fn deadline(&self) -> Duration {
        let deadlines = &self.context.settings.deadlines;
        match self.step.action {
            Action::AwaitCompleted { .. } => deadlines.completion,
            _ => deadlines.healthy(self.service.and_then(|service| service.container.healthcheck.as_ref())),
        }
    }

    fn overdue(&self, container: &ObservedContainer, state: &str) -> Failure {
        let (name, seconds) = (&container.name, self.deadline().as_secs());
        let (code, message) = match self.step.action {
            Action::AwaitHealthy { .. } => (
                FailureCode::ServiceUnhealthy,
                format!("`{name}` did not become healthy within {seconds} s, it is still {state}"),
            ),
            Action::AwaitCompleted { .. } => {
                (FailureCode::OperationTimeout, format!("`{name}` did not end within {seconds} s"))
            }
            _ => (FailureCode::OperationTimeout, format!("`{name}` did not settle within {seconds} s")),
        };
        Failure::new(code, message)
            .with_hint("it was left as it is; give it more time in the configuration, or mend it, then retry")
            .about(name)
    }

    /// Notes a state for the journal when it is a new one. A wait for stability is short and says nothing.
    fn show(&self, shown: &mut &'static str, state: &'static str) {
        if *shown == state || matches!(self.step.action, Action::AwaitStable { .. }) {
            return;
        }
        *shown = state;
        let journal = &self.context.journal;
        journal.note(journal.progress(self.step, json!({ "state": state })));
    }
}

/// Adds the last lines of the container. An engine that does not give them changes nothing about the failure.
pub(crate) async fn with_logs(
    engine: &dyn ContainerEngine,
    container: &ContainerId,
    mut failure: Failure,
) -> Failure {
    if let Ok(lines) = engine.tail_logs(container, LOG_LINES).await {
        failure.logs = lines.into_iter().map(|line| line.text).collect();
    }
    failure
}
