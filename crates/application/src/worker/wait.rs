//! Waiting for a container. Engine events trigger a look early, but only what a look finds counts.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::desired::{RestartPolicy, ServiceSpec};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::journal::{Entry, Report, StepProgress};
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::placement::SlotPlace;
use core_monitor_domain::plan::{Operation, Step, StepAction};
use core_monitor_domain::ports::{ContainerEngine, EngineError};
use core_monitor_domain::secret_variable::OpenedSecrets;
use core_monitor_domain::stack::RunId;
use core_monitor_message::Message;

use super::context::Context;
use super::said;
use super::setback::{Setback, Trouble};
use super::settings::POLL;
use super::verdict::{self, FirstLook, Verdict};

/// How many of a container's last log lines go into a failure.
const LOG_LINES: u32 = 50;

/// How long the passes of one goal have been waiting, and which runs have proved stable. This is kept in memory only: a
/// worker that takes over starts waiting from the beginning.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    /// Elapsed time at which each wait began, so that a pass cut short does not prolong it.
    since: HashMap<(ContainerId, Operation), Duration>,
    settled: BTreeSet<RunId>,
}

impl Patience {
    /// When the wait for `container` began: now, or in an earlier pass.
    pub(crate) fn since(&mut self, container: &ContainerId, operation: Operation, now: Duration) -> Duration {
        *self.since.entry((container.clone(), operation)).or_insert(now)
    }

    /// The run has proved stable.
    pub(crate) fn settled(&mut self, run: Option<RunId>) {
        self.settled.extend(run);
    }

    /// The runs that have proved stable.
    pub(crate) fn settled_runs(&self) -> &BTreeSet<RunId> {
        &self.settled
    }
}

/// A wait whose condition was met.
#[derive(Debug, Default)]
pub(crate) struct Met {
    /// The run that proved stable.
    pub(crate) settled: Option<RunId>,
    /// Why the wait failed, if the definition does not require it.
    pub(crate) excused: Option<Message>,
    /// The slot whose artifact was seen to work.
    pub(crate) verified: Option<SlotPlace>,
}

/// One wait.
pub(crate) struct Wait<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) step: &'a Step,
    pub(crate) container: ContainerId,
    /// The definition of its service, if it is still in the file.
    pub(crate) service: Option<&'a ServiceSpec>,
    /// What neither its log lines nor the engine's words about it must show.
    pub(crate) secrets: &'a OpenedSecrets,
    /// Elapsed time at which this wait began, possibly in an earlier pass.
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
            Err(Setback::Failed(Box::new(
                with_logs(self.context.engine(), &self.container, *failure, self.secrets).await,
            )))
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
                    let stable = matches!(self.step.action, StepAction::AwaitStable { .. });
                    return Ok(Met { settled: container.run().filter(|_| stable), ..Met::default() });
                }
                Verdict::Pending(state) => state,
                Verdict::Unexpected(state) => {
                    let words = said::container_is(&container.name, state);
                    return Err(Setback::LookAgain { words, contested: None });
                }
                Verdict::Failed(failure) => {
                    return Err(Setback::Failed(Box::new((*failure).about(container.name.as_str()))));
                }
            };
            if now.saturating_sub(self.since) >= self.deadline() {
                return Err(Setback::Failed(Box::new(self.overdue(&container, state))));
            }
            self.show(&mut shown, state);
            let rest = settings.stable_for.saturating_sub(now.saturating_sub(*seen));
            let nap = if rest.is_zero() { POLL } else { POLL.min(rest) };
            tokio::select! {
                biased;
                () = activity.changed() => {}
                () = clock.sleep(nap) => {}
            }
        }
    }

    async fn look(&self) -> Result<ObservedContainer, Setback> {
        match self.context.engine().inspect(&self.container).await {
            Ok(Some(container)) => {
                let error = self.secrets.redact_quote(&container.error).into_owned();
                Ok(ObservedContainer { error, ..container })
            }
            Ok(None) => {
                let words = said::container_is_gone(self.step.action.subject());
                Err(Setback::LookAgain { words, contested: None })
            }
            Err(error @ (EngineError::Unavailable { .. } | EngineError::Timeout { .. })) => {
                Err(Setback::Transient(Trouble::of(self.step.action.message(), &error)))
            }
            Err(error) => Err(Setback::LookAgain { words: error.message(), contested: None }),
        }
    }

    fn judge(&self, container: &ObservedContainer, first: &FirstLook, ago: Duration) -> Verdict {
        match self.step.action {
            StepAction::AwaitHealthy { .. } => verdict::healthy(container),
            StepAction::AwaitCompleted { .. } => verdict::completed(container),
            _ => {
                let restart =
                    self.service.map_or(RestartPolicy::default(), |service| service.container.restart);
                verdict::stable(container, first, ago, self.context.settings.stable_for, restart)
            }
        }
    }

    fn required(&self) -> bool {
        match self.step.action {
            StepAction::AwaitHealthy { required, .. } | StepAction::AwaitCompleted { required, .. } => {
                required
            }
            _ => true,
        }
    }

    fn deadline(&self) -> Duration {
        let deadlines = &self.context.settings.deadlines;
        match self.step.action {
            StepAction::AwaitCompleted { .. } => deadlines.completion,
            _ => deadlines.healthy(self.service.and_then(|service| service.container.healthcheck.as_ref())),
        }
    }

    fn overdue(&self, container: &ObservedContainer, state: &str) -> Failure {
        let (name, seconds) = (&container.name, self.deadline().as_secs());
        let (code, message) = match self.step.action {
            StepAction::AwaitHealthy { .. } => {
                (FailureCode::ServiceUnhealthy, said::not_healthy_in_time(name, seconds, state))
            }
            StepAction::AwaitCompleted { .. } => {
                (FailureCode::OperationTimeout, said::not_finished_in_time(name, seconds))
            }
            _ => (FailureCode::OperationTimeout, said::not_stable_in_time(name, seconds)),
        };
        Failure::new(code, message).with_hint(said::container_left_running()).about(name.as_str())
    }

    /// Reports a state to the journal when it changes. A wait for stability is short and reports nothing.
    fn show(&self, shown: &mut &'static str, state: &'static str) {
        if *shown == state || matches!(self.step.action, StepAction::AwaitStable { .. }) {
            return;
        }
        *shown = state;
        let clock = self.context.clock();
        let left = self.deadline().saturating_sub(clock.elapsed().saturating_sub(self.since));
        let report = Report::State { state: state.into(), until: Some(clock.now().plus(left)) };
        self.context.mailbox.leave(Entry::Progress(StepProgress::of(self.step, report)));
    }
}

/// Adds the last log lines of the container, without the values of its secret variables. If the engine does not return them,
/// the failure stays as it is.
pub(crate) async fn with_logs(
    engine: &dyn ContainerEngine,
    container: &ContainerId,
    failure: Failure,
    secrets: &OpenedSecrets,
) -> Failure {
    match engine.tail_logs(container, LOG_LINES).await {
        Ok(lines) => {
            let mut is_known = [false; 2];
            let shown = lines.iter().map(|line| {
                if std::mem::replace(&mut is_known[usize::from(line.stderr)], true) {
                    secrets.redact_line(&line.text).into_owned()
                } else {
                    secrets.redact_first_line(&line.text)
                }
            });
            failure.with_lines(shown.collect())
        }
        // Some log drivers keep nothing that could be shown. Whoever reads the failure should not look for it.
        Err(error) if error.to_string().contains("does not support reading") => without_logs(failure),
        Err(_) => failure,
    }
}

/// Says that there is no output to be read here, and does not advise to read it.
fn without_logs(failure: Failure) -> Failure {
    let advice = [said::check_log_then_retry(), said::check_log_and_healthcheck()];
    let hint = match failure.hint {
        Some(hint) if advice.contains(&hint) => Some(said::log_where_it_can_be_read()),
        other => other,
    };
    Failure { message: said::output_not_readable(failure.message), hint, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_lines_that_cannot_be_read() {
        let with = |hint| {
            let message = said::container_exited("shop-web-1", 4);
            without_logs(Failure::new(FailureCode::ServiceExited, message).with_hint(hint))
        };
        let failure = with(said::check_log_then_retry());
        let said = "`shop-web-1` ended with exit code 4; its output is not shown, because its logging driver does not let the engine read it";
        assert_eq!(failure.message.text(), said);
        assert_eq!(failure.hint, Some(said::log_where_it_can_be_read()));
        let other = with(said::find_who_stops_it_then_retry());
        assert_eq!(other.hint, Some(said::find_who_stops_it_then_retry()));
    }
}
