//! Sending one effect to the engine and waiting for the answer.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::plan::Step;
use core_monitor_domain::ports::{Effect, EffectOutcome, EngineError, ProgressSink};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::context::Context;
use super::goal::Goal;
use super::long_effect::{BuildLog, Layers, Silent, Summary};

/// Time between two entries about the same pull or build.
const PROGRESS_EVERY: Duration = Duration::from_secs(1);
/// Time between two looks at a container that takes longer to stop than it may.
const STOP_POLL: Duration = Duration::from_secs(1);
/// The engine's grace period where nobody chose one.
const ENGINE_GRACE: Duration = Duration::from_secs(10);

/// An effect whose intent is committed.
pub(crate) struct Perform<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) goal: &'a Goal,
    pub(crate) step: &'a Step,
    /// Number of the intent in the journal.
    pub(crate) number: u64,
    pub(crate) effect: Effect,
}

/// The answer to an effect.
pub(crate) struct Answer<'a> {
    pub(crate) step: &'a Step,
    pub(crate) number: u64,
    pub(crate) container: Option<ContainerId>,
    /// `None`: a pull or build that was broken off.
    pub(crate) reply: Option<Result<EffectOutcome, EngineError>>,
    pub(crate) took: Duration,
}

impl<'a> Perform<'a> {
    /// Never gives up an effect that was sent, except a pull or build once `end_pulls` says so: the engine ends those when
    /// nobody listens, everything else it would go on with unseen.
    pub(crate) async fn run(self, end_pulls: &CancellationToken) -> Answer<'a> {
        let began = self.context.clock().elapsed();
        let container = container_of(&self.effect).cloned();
        let reply = match &self.effect {
            Effect::PullImage { .. } => tokio::select! {
                biased;
                reply = self.watch(Arc::new(Layers::default())) => Some(reply),
                () = end_pulls.cancelled() => None,
            },
            Effect::BuildImage(_) => tokio::select! {
                biased;
                reply = self.watch(Arc::new(BuildLog::default())) => Some(reply),
                () = end_pulls.cancelled() => None,
            },
            Effect::StopContainer { container, .. } => Some(self.stop(container).await),
            _ => Some(self.send(Arc::new(Silent)).await),
        };
        let took = self.context.clock().elapsed().saturating_sub(began);
        self.log(reply.as_ref(), took);
        Answer { step: self.step, number: self.number, container, reply, took }
    }

    async fn send(&self, progress: Arc<dyn ProgressSink>) -> Result<EffectOutcome, EngineError> {
        self.context.engine().perform(&self.effect, self.deadline(), progress).await
    }

    /// Notes the progress for the journal, about once a second while it moves.
    async fn watch(&self, sink: Arc<dyn Summary>) -> Result<EffectOutcome, EngineError> {
        let mut reply = pin!(self.send(sink.clone()));
        let journal = &self.context.journal;
        loop {
            let reply = tokio::select! {
                biased;
                reply = &mut reply => Some(reply),
                () = self.context.clock().sleep(PROGRESS_EVERY) => None,
            };
            // What a build wrote last is told too; the end of a pull says all there is to say.
            if let Some(detail) =
                sink.summary().filter(|_| reply.is_none() || matches!(self.effect, Effect::BuildImage(_)))
            {
                journal.note(journal.progress(self.step, detail));
            }
            if let Some(reply) = reply {
                return reply;
            }
        }
    }

    /// A container may need longer to stop than the engine's answer was waited for. Stopping it again would only start
    /// another grace period, so this looks on until it is down, as long as it waited for the answer.
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
            Effect::PullImage { .. } => deadlines.pull,
            Effect::BuildImage(_) => deadlines.build,
            Effect::RunHook { .. } => deadlines.hook,
            Effect::StopContainer { grace_ms, .. } | Effect::RestartContainer { grace_ms, .. } => {
                deadlines.operation + grace_ms.map_or_else(|| self.grace(), Duration::from_millis)
            }
            _ => deadlines.operation,
        }
    }

    /// The container was made from this definition or from an earlier one; the longer grace period is the safe guess.
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
            Some(Err(error)) => warn!(seq, %action, took_ms, %error, "step not done"),
            None => info!(seq, %action, took_ms, "step broken off"),
        }
    }
}

/// The existing container an effect is about.
pub(crate) fn container_of(effect: &Effect) -> Option<&ContainerId> {
    match effect {
        Effect::ConnectNetwork { container, .. }
        | Effect::DisconnectNetwork { container, .. }
        | Effect::CopyFiles { container, .. }
        | Effect::RunHook { container, .. }
        | Effect::StartContainer { container }
        | Effect::StopContainer { container, .. }
        | Effect::RestartContainer { container, .. }
        | Effect::UnpauseContainer { container }
        | Effect::RenameContainer { container, .. }
        | Effect::RemoveContainer { container, .. } => Some(container),
        Effect::PullImage { .. }
        | Effect::BuildImage(_)
        | Effect::CreateNetwork { .. }
        | Effect::RemoveNetwork { .. }
        | Effect::CreateVolume { .. }
        | Effect::RemoveVolume { .. }
        | Effect::CreateContainer(_) => None,
    }
}
