//! Sends one effect to the engine and waits for the answer.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::journal::{Answer, EffectNumber, Entry, ErrorClass, Made, Outcome, StepProgress};
use core_monitor_domain::placement::{Placed, SlotPlace};
use core_monitor_domain::plan::{Step, StepAction};
use core_monitor_domain::ports::{EngineError, ProgressSink};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::allowed;
use super::context::Context;
use super::goal::Goal;
use super::long_effect::{BuildLog, Layers, Silent, Summary};
use super::protection;
use super::said;

/// Time between two progress entries of a pull or build.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);
/// Time between two inspections of a container that takes too long to stop.
const STOP_POLL: Duration = Duration::from_secs(1);
/// Bytes per second with which an artifact arrives at least.
const SLOWEST: u64 = 1 << 20;
/// The engine's default grace period.
const ENGINE_GRACE: Duration = Duration::from_secs(10);

/// An effect whose intent is committed.
pub(crate) struct Perform<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) goal: &'a Goal,
    pub(crate) step: &'a Step,
    /// Number of the intent in the journal.
    pub(crate) number: EffectNumber,
    pub(crate) effect: Effect,
    /// The command goes back to what ran before.
    pub(crate) goes_back: bool,
}

/// The result of an effect.
pub(crate) struct Reply<'a> {
    pub(crate) step: &'a Step,
    number: EffectNumber,
    /// `None` if it was not sent, or if a pull or build was aborted.
    pub(crate) answer: Option<Result<EffectOutcome, EngineError>>,
    /// What is known of an artifact now, if the effect was about one and has succeeded.
    pub(crate) made: Option<Made>,
    took: Duration,
}

impl Reply<'_> {
    /// The outcome for the journal; `None` while it is unknown: then it is what the next observation shows. With
    /// `tolerated`, a command that failed inside the container does not matter.
    pub(crate) fn outcome(&self, tolerated: bool) -> Option<Outcome> {
        let answer = match &self.answer {
            Some(Err(error)) if error.class().is_unknown() => return None,
            Some(Ok(EffectOutcome::Done)) => {
                Answer::succeeded(self.made.clone().unwrap_or(Made::Nothing), &[])
            }
            Some(Ok(EffectOutcome::Container { id, warnings })) => {
                Answer::succeeded(Made::Container(id.clone()), warnings)
            }
            Some(Ok(EffectOutcome::Network { id })) => Answer::succeeded(Made::Network(id.clone()), &[]),
            Some(Ok(EffectOutcome::Image { id })) => Answer::succeeded(Made::Image(id.clone()), &[]),
            Some(Err(error)) => {
                let class = error.class();
                let tolerated = tolerated && class == ErrorClass::CommandFailed;
                Answer::Failed { class, message: error.message(), tolerated }
            }
            None => Answer::Failed {
                class: ErrorClass::BrokenOff,
                message: said::effect_broken_off(),
                tolerated: false,
            },
        };
        Some(Outcome {
            effect: self.number,
            operation: self.step.action.op(),
            target: self.step.action.subject().into(),
            took_ms: Some(u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX)),
            answer,
        })
    }
}

impl<'a> Perform<'a> {
    /// Never abandons an effect that was sent, except a pull or build once `end_pulls` is cancelled: the engine aborts
    /// those when the connection closes, but would continue anything else unobserved.
    pub(crate) async fn run(self, end_pulls: &CancellationToken) -> Reply<'a> {
        // Other commands may be starting containers too.
        let _turn = if self.goal.starts_port_range(self.step) {
            Some(self.context.port_ranges.lock().await)
        } else {
            None
        };
        let refused = self.refused().await.err();
        // Writing the intent and waiting for the turn may have taken longer than the lease is valid. What is not sent was aborted.
        if self.context.tenure.may_act().await.is_err() {
            let (answer, made, took) = (None, None, Duration::ZERO);
            return Reply { step: self.step, number: self.number, answer, made, took };
        }
        let began = self.context.clock().elapsed();
        let mut made = None;
        let answer = match refused {
            Some(error) => Some(Err(error)),
            None => self.answer(end_pulls, &mut made).await,
        };
        let took = self.context.clock().elapsed().saturating_sub(began);
        self.log(answer.as_ref(), took);
        let answer = answer.map(|answer| self.tolerated(answer));
        if let (Some(Ok(_)), StepAction::ActivateArtifact { slot, .. }) = (&answer, &self.step.action) {
            let place =
                |container: &ContainerId| SlotPlace { container: container.clone(), slot: slot.clone() };
            made = self.effect.container().map(|container| Made::Activated(place(container)));
        }
        Reply { step: self.step, number: self.number, answer, made, took }
    }

    /// The last look at what the engine is about to get.
    async fn refused(&self) -> Result<(), EngineError> {
        protection::check(self.context, self.goal, self.step, &self.effect).await?;
        allowed::check(self.context, self.goal, self.step, &self.effect).await
    }

    /// Sends the effect. `None` if a pull or build was aborted.
    async fn answer(
        &self,
        end_pulls: &CancellationToken,
        made: &mut Option<Made>,
    ) -> Option<Result<EffectOutcome, EngineError>> {
        match &self.effect {
            Effect::PullImage { .. } => tokio::select! {
                biased;
                reply = self.watch(Arc::new(Layers::default())) => Some(reply),
                () = end_pulls.cancelled() => None,
            },
            Effect::BuildImage(_) => tokio::select! {
                biased;
                reply = self.watch(Arc::new(BuildLog::hiding(self.goal.secrets.clone()))) => Some(reply),
                () = end_pulls.cancelled() => None,
            },
            Effect::StopContainer { container, .. } => Some(self.stop(container).await),
            Effect::PutArtifact { container, .. } => Some(match self.put(container).await {
                Ok(placed) => {
                    *made = Some(placed);
                    Ok(EffectOutcome::Done)
                }
                Err(error) => Err(error),
            }),
            _ => Some(self.send(Arc::new(Silent)).await),
        }
    }

    async fn send(&self, progress: Arc<dyn ProgressSink>) -> Result<EffectOutcome, EngineError> {
        let secrets = &self.goal.secrets;
        let effect = self
            .effect
            .revealed(secrets)
            .map_err(|unopened| EngineError::Refused { status: 0, message: unopened.to_string() })?;
        let answer = self.context.engine().perform(&effect, self.deadline(), progress).await;
        answer.map_err(|error| error.redacted(secrets)).map(|done| done.redacted(secrets))
    }

    /// Reports progress to the journal, about once a second while there is any.
    async fn watch(&self, sink: Arc<dyn Summary>) -> Result<EffectOutcome, EngineError> {
        let mut reply = pin!(self.send(sink.clone()));
        loop {
            let reply = tokio::select! {
                biased;
                reply = &mut reply => Some(reply),
                () = self.context.clock().sleep(PROGRESS_EVERY) => None,
            };
            // The last lines of a build are reported too; the end of a pull needs no last report.
            if let Some(report) =
                sink.summary().filter(|_| reply.is_none() || matches!(self.effect, Effect::BuildImage(_)))
            {
                self.context.mailbox.leave(Entry::Progress(StepProgress::of(self.step, report)));
            }
            if let Some(reply) = reply {
                return reply;
            }
        }
    }

    /// A program that activates the former artifact once more may find its work done, such as a migration: that must not keep
    /// a command from going back.
    fn tolerated(&self, answer: Result<EffectOutcome, EngineError>) -> Result<EffectOutcome, EngineError> {
        match (&answer, &self.step.action) {
            (Err(error @ EngineError::CommandFailed { .. }), StepAction::ActivateArtifact { .. })
                if self.goes_back =>
            {
                let note = said::failed_on_the_way_back(self.step.action.message(), error.message());
                self.context.mailbox.leave(Entry::Noted(note));
                Ok(EffectOutcome::Done)
            }
            _ => answer,
        }
    }

    /// Puts an artifact in. Where the log ends is read before, and in which run of the container it was after: a run that
    /// began in between has found the artifact there, and taking it for the one before only means to activate it again.
    async fn put(&self, container: &ContainerId) -> Result<Made, EngineError> {
        let StepAction::PutArtifact(put) = &self.step.action else { return Ok(Made::Nothing) };
        let engine = self.context.engine();
        let lines =
            if put.marks_log { engine.tail_logs(container, 1).await.unwrap_or_default() } else { Vec::new() };
        self.send(Arc::new(Silent)).await?;
        let observed = engine.inspect(container).await?;
        let run = observed.filter(|container| container.state.is_up()).and_then(|up| up.started_at);
        let place = SlotPlace { container: container.clone(), slot: put.slot.clone() };
        let log_from = lines.last().and_then(|line| line.at);
        let (content, active) = (put.content.clone(), put.active);
        Ok(Made::Placed(Box::new(Placed { place, content, run, active, log_from })))
    }

    /// A container may take longer to stop than the timeout of the call. Stopping it again would only start another
    /// grace period, so this polls until it is down, for as long again as the timeout.
    async fn stop(&self, container: &ContainerId) -> Result<EffectOutcome, EngineError> {
        let reply = self.send(Arc::new(Silent)).await;
        let Err(EngineError::Timeout { .. }) = reply else { return reply };
        let clock = self.context.clock();
        let until = clock.elapsed() + self.deadline();
        while clock.elapsed() < until {
            match self.context.engine().inspect(container).await? {
                Some(container) if container.state.is_up() => clock.sleep(STOP_POLL).await,
                _ => return Ok(EffectOutcome::Done),
            }
        }
        reply
    }

    fn deadline(&self) -> Duration {
        let deadlines = &self.context.settings.deadlines;
        match &self.effect {
            // The engine may have gigabytes to delete, too.
            Effect::PullImage { .. } | Effect::RemoveImage { .. } | Effect::PruneBuildCache { .. } => {
                deadlines.pull
            }
            Effect::BuildImage(_) => deadlines.build,
            Effect::RunHook { .. } => deadlines.hook,
            Effect::PutArtifact { size, .. } => deadlines.operation + Duration::from_secs(size / SLOWEST),
            Effect::StopContainer { grace_ms, .. } | Effect::RestartContainer { grace_ms, .. } => {
                deadlines.operation + grace_ms.map_or_else(|| self.grace(), Duration::from_millis)
            }
            _ => deadlines.operation,
        }
    }

    /// The container was created from this definition or an earlier one; the longer grace period is safe.
    fn grace(&self) -> Duration {
        let definitions = [Some(&self.goal.desired), self.goal.previous.as_ref()];
        let services = definitions
            .into_iter()
            .flatten()
            .filter_map(|definition| self.step.service.as_ref().and_then(|name| definition.service(name)));
        let chosen = services.filter_map(|service| service.container.stop_grace_ms).max();
        chosen.map_or(ENGINE_GRACE, Duration::from_millis).max(ENGINE_GRACE)
    }

    fn log(&self, reply: Option<&Result<EffectOutcome, EngineError>>, took: Duration) {
        let (seq, action, took_ms) = (self.context.command.seq.0, &self.step.action, took.as_millis());
        match reply {
            Some(Ok(_)) => info!(seq, %action, took_ms, "step done"),
            Some(Err(error)) => warn!(seq, %action, took_ms, %error, "step failed"),
            None => info!(seq, %action, took_ms, "step aborted"),
        }
    }
}
