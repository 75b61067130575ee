//! Waiting until an artifact is seen to work: a line in the log, a health check, an answer over HTTP, in this order.
//!
//! Each has to be newer than the artifact, or what ran before would speak for it. The log is read from the last line that
//! was there before the artifact was put in. A health check counts if it began after this wait did, which is told from how
//! long it took: our clock is never compared with the engine's.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use core_monitor_domain::artifact::{HttpCheck, Pattern, SlotName, Verification};
use core_monitor_domain::command::{Failure, FailureCode};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::journal::{Entry, Report, StepProgress};
use core_monitor_domain::observation::{Health, ObservedContainer};
use core_monitor_domain::placement::SlotPlace;
use core_monitor_domain::plan::Step;
use core_monitor_domain::ports::{EngineError, LastCheck};
use core_monitor_domain::secret_variable::OpenedSecrets;
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;

use super::context::Context;
use super::said;
use super::setback::{Setback, Trouble};
use super::settings::POLL;
use super::wait::{Met, with_logs};

/// How many of the last lines are looked through each time.
const LINES: u32 = 1000;
/// The longest time for one answer over HTTP.
const ANSWER: Duration = Duration::from_secs(5);

/// One verification.
pub(crate) struct Verify<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) step: &'a Step,
    pub(crate) container: ContainerId,
    pub(crate) slot: &'a SlotName,
    pub(crate) how: &'a Verification,
    /// The time of the last line before the artifact, by the engine's clock; `None`: there was none.
    pub(crate) log_from: Option<Timestamp>,
    /// What neither log lines nor the engine's words must show.
    pub(crate) secrets: &'a OpenedSecrets,
    /// Elapsed time at which this wait began, possibly in an earlier pass.
    pub(crate) since: Duration,
}

/// What has to be reached next, and what was seen of it last.
enum Stage<'a> {
    Log(&'a Pattern),
    Health(Checks),
    Http(&'a HttpCheck),
}

/// The health checks that were seen since the wait began.
struct Checks {
    /// Elapsed time at which the wait began.
    began: Duration,
    /// Elapsed time of the previous look; `None` before the first.
    looked: Option<Duration>,
    /// When the check that was the newest then had begun, by the engine's clock.
    newest: Option<Timestamp>,
}

impl Checks {
    /// Whether the last check, as it is shown `now`, began after the wait did.
    fn count(&mut self, last: Option<LastCheck>, now: Duration) -> bool {
        let previous = self.looked.replace(now);
        let newest = std::mem::replace(&mut self.newest, last.map(|check| check.started_at));
        // It ended after the previous look, so it began at most as long before that as it took.
        previous.zip(last).is_some_and(|(previous, check)| {
            Some(check.started_at) != newest && previous.saturating_sub(self.began) >= check.took
        })
    }
}

/// Not reached yet, and why: the last thing that was seen.
struct NotYet(Message);

impl<'a> Verify<'a> {
    pub(crate) async fn run(&self) -> Result<Met, Setback> {
        match self.watch().await {
            Err(Setback::Failed(failure)) => {
                let engine = self.context.engine();
                let failure = with_logs(engine, &self.container, *failure, self.secrets).await;
                Err(Setback::Failed(Box::new(failure)))
            }
            other => other,
        }
    }

    async fn watch(&self) -> Result<Met, Setback> {
        let clock = self.context.clock();
        let began = clock.elapsed();
        let checks = || Checks { began, looked: None, newest: None };
        let mut stages: Vec<Stage<'a>> = Vec::new();
        stages.extend(self.how.http.as_ref().map(Stage::Http));
        stages.extend(self.how.health.then(|| Stage::Health(checks())));
        stages.extend(self.how.log.as_ref().map(Stage::Log));
        let mut shown = "";
        while let Some(stage) = stages.last_mut() {
            self.show(&mut shown, stage.name());
            let container = self.look().await?;
            let reached = match stage {
                Stage::Log(pattern) => self.log(pattern).await?,
                Stage::Health(checks) => self.health(&container, checks).await?,
                Stage::Http(check) => self.http(&container, check).await,
            };
            let Err(NotYet(seen)) = reached else {
                stages.pop();
                continue;
            };
            if clock.elapsed().saturating_sub(self.since) >= self.how.within() {
                return Err(self.failed(seen));
            }
            clock.sleep(POLL).await;
        }
        let verified = SlotPlace { container: self.container.clone(), slot: self.slot.clone() };
        Ok(Met { verified: Some(verified), ..Met::default() })
    }

    /// The container, as long as it may still get there.
    async fn look(&self) -> Result<ObservedContainer, Setback> {
        match self.context.engine().inspect(&self.container).await {
            Ok(Some(container)) if container.state.is_up() => Ok(container),
            Ok(Some(container)) => Err(self.failed(said::artifact_container_ended(&container.name))),
            Ok(None) => {
                let words = said::container_is_gone(self.step.action.subject());
                Err(Setback::LookAgain { words, contested: None })
            }
            Err(error) => Err(self.trouble(&error)),
        }
    }

    async fn log(&self, pattern: &Pattern) -> Result<Result<(), NotYet>, Setback> {
        let lines = match self.context.engine().tail_logs(&self.container, LINES).await {
            Ok(lines) => lines,
            Err(error @ (EngineError::Unavailable { .. } | EngineError::Timeout { .. })) => {
                return Err(self.trouble(&error));
            }
            Err(error) => return Err(self.failed(said::log_not_readable(error.message()))),
        };
        let is_new = |at: Option<Timestamp>| at.zip(self.log_from).is_none_or(|(at, from)| at > from);
        let found = lines.iter().any(|line| is_new(line.at) && pattern.is_in(&line.text));
        Ok(if found { Ok(()) } else { Err(NotYet(said::line_not_written(pattern))) })
    }

    async fn health(
        &self,
        container: &ObservedContainer,
        checks: &mut Checks,
    ) -> Result<Result<(), NotYet>, Setback> {
        let Some(health) = container.health else {
            return Err(self.failed(said::no_health_check_to_verify(&container.name)));
        };
        let last = match self.context.engine().last_check(&self.container).await {
            Ok(last) => last,
            Err(error) => return Err(self.trouble(&error)),
        };
        let counts = checks.count(last, self.context.clock().elapsed());
        Ok(match health {
            Health::Healthy if counts => Ok(()),
            Health::Unhealthy if counts => {
                return Err(self.failed(said::artifact_unhealthy(&container.name)));
            }
            _ => Err(NotYet(said::health_check_outstanding(&container.name))),
        })
    }

    async fn http(&self, container: &ObservedContainer, check: &HttpCheck) -> Result<(), NotYet> {
        let Some(address) = address(container) else {
            return Err(NotYet(said::container_has_no_address(&container.name)));
        };
        let left =
            self.how.within().saturating_sub(self.context.clock().elapsed().saturating_sub(self.since));
        let deadline = ANSWER.min(left).max(POLL);
        let address = SocketAddr::new(address, check.port);
        match self.context.ports.probe.status(address, &check.path, deadline).await {
            Ok(status) if status == check.status => Ok(()),
            Ok(status) => Err(NotYet(said::other_status(&check.path, status, check.status))),
            Err(error) => Err(NotYet(said::no_http_answer(&check.path, error))),
        }
    }

    fn failed(&self, seen: Message) -> Setback {
        let subject = self.step.action.subject();
        let message = said::artifact_not_verified(self.slot, subject, self.how.within_ms / 1000, seen);
        let failure = Failure::new(FailureCode::DeployNotVerified, message);
        Setback::Failed(Box::new(failure.with_hint(said::check_artifact_and_slot()).about(subject)))
    }

    fn trouble(&self, error: &EngineError) -> Setback {
        match error {
            EngineError::Unavailable { .. } | EngineError::Timeout { .. } => {
                Setback::Transient(Trouble::of(self.step.action.message(), error))
            }
            _ => Setback::LookAgain { words: error.message(), contested: None },
        }
    }

    fn show(&self, shown: &mut &'static str, state: &'static str) {
        if *shown == state {
            return;
        }
        *shown = state;
        let clock = self.context.clock();
        let left = self.how.within().saturating_sub(clock.elapsed().saturating_sub(self.since));
        let report = Report::State { state: state.into(), until: Some(clock.now().plus(left)) };
        self.context.mailbox.leave(Entry::Progress(StepProgress::of(self.step, report)));
    }
}

impl Stage<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Log(_) => "waiting for its log line",
            Self::Health(_) => "waiting for its health check",
            Self::Http(_) => "waiting for its answer",
        }
    }
}

/// The address at which the worker reaches a container: that of its first network, or that of the host which it shares.
fn address(container: &ObservedContainer) -> Option<IpAddr> {
    if container.network_mode == "host" {
        return Some(Ipv4Addr::LOCALHOST.into());
    }
    container.networks.values().find_map(|endpoint| endpoint.ip_address.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// A check of the engine: when it began by the engine's clock, which is an hour ahead, and how long it took.
    fn check(began: i64, took: u64) -> LastCheck {
        let started_at = Timestamp::from_millis((3_600 + began) * 1_000).unwrap();
        LastCheck { started_at, took: seconds(took) }
    }

    /// What was seen at these seconds, in a wait that begins at second 100; whether the last of it counts.
    fn counts(looks: &[(u64, Option<LastCheck>)]) -> bool {
        let mut checks = Checks { began: seconds(100), looked: None, newest: None };
        looks.iter().map(|(second, last)| checks.count(*last, seconds(*second))).last().unwrap()
    }

    #[test]
    fn only_a_health_check_that_began_after_the_wait_counts() {
        assert!(!counts(&[(100, None)]), "there was none");
        assert!(!counts(&[(100, Some(check(90, 1)))]), "of before the wait");
        assert!(!counts(&[(100, Some(check(90, 1))), (110, Some(check(90, 1)))]), "still the same one");
        assert!(counts(&[(100, Some(check(90, 1))), (105, Some(check(90, 1))), (110, Some(check(106, 1)))]));
        assert!(counts(&[(100, None), (101, None), (103, Some(check(101, 1)))]));
    }

    #[test]
    fn a_health_check_that_was_under_way_when_the_wait_began_does_not_count() {
        // It ended between seconds 103 and 105 and took ten.
        assert!(!counts(&[(100, Some(check(60, 1))), (103, Some(check(60, 1))), (105, Some(check(94, 10)))]));
        assert!(counts(&[(100, Some(check(60, 1))), (111, Some(check(60, 1))), (112, Some(check(101, 10)))]));
    }
}
