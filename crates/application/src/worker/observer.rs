//! Keeps the shared observation fresh: at every change of the engine, and from time to time anyway.

use std::time::Duration;

use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::observation::Observation;
use core_monitor_domain::ports::{ContainerEngine, EngineChange, EngineChanges, EngineError};
use tracing::{debug, info, warn};

use super::WorkerPorts;
use super::activity::Activity;
use super::backoff::Backoff;
use super::chain;
use super::look::{Latest, LookError, look};
use super::settings::WorkerSettings;

/// Changes come in bursts; one look answers the whole burst.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// A look costs the engine something. The pause after it is at least so many times as long as it took.
const PAUSE_FACTOR: u32 = 4;

/// Looks at the engine and writes down what it sees.
pub(crate) struct Observer<'w> {
    ports: &'w WorkerPorts,
    settings: &'w WorkerSettings,
    activity: &'w Activity,
    instance: InstanceId,
    latest: Latest,
}

impl<'w> Observer<'w> {
    pub(crate) fn new(
        ports: &'w WorkerPorts,
        settings: &'w WorkerSettings,
        activity: &'w Activity,
        instance: InstanceId,
        latest: Latest,
    ) -> Self {
        Self { ports, settings, activity, instance, latest }
    }

    /// Stores an observation unless a newer one is stored. A store that cannot be used only makes the observation
    /// older, which its age tells.
    pub(crate) async fn save(&self, observed: &Observation) {
        if let Err(error) = self.latest.save(observed).await {
            warn!(error = %chain(&error), "the observation cannot be saved for now");
        }
    }

    /// Never returns: run it beside the work.
    pub(crate) async fn run(&self) {
        let mut backoff = Backoff::default();
        let mut reachable = None;
        loop {
            let error = match self.follow(&mut reachable, &mut backoff).await {
                Ok(never) => match never {},
                Err(error) => error,
            };
            if reachable != Some(false) {
                warn!(error = %chain(&error), "the container engine cannot be observed; the last observation stays");
                reachable = Some(false);
            }
            let delay = backoff.next(self.ports.ids.jitter()).min(self.settings.observe_every);
            self.ports.clock.sleep(delay).await;
        }
    }

    async fn follow(
        &self,
        reachable: &mut Option<bool>,
        backoff: &mut Backoff,
    ) -> Result<std::convert::Infallible, LookError> {
        let engine: &dyn ContainerEngine = &*self.ports.engine;
        // Subscribed before the look, so that no change falls between the two.
        let mut changes = engine.changes().await?;
        loop {
            let began = self.ports.clock.elapsed();
            let observed = look(self.ports, self.instance).await?;
            let took = self.ports.clock.elapsed().saturating_sub(began);
            if *reachable != Some(true) {
                info!(version = %observed.host.engine.version, "the container engine is observed");
                *reachable = Some(true);
            }
            backoff.reset();
            self.save(&observed).await;
            self.until_due(&mut *changes, took * PAUSE_FACTOR).await?;
        }
    }

    /// Passes changes on until it is time for the next look.
    async fn until_due(&self, changes: &mut dyn EngineChanges, pause: Duration) -> Result<(), EngineError> {
        let clock = &*self.ports.clock;
        let began = clock.elapsed();
        let mut due = began + self.settings.observe_every.max(pause);
        loop {
            let now = clock.elapsed();
            if now >= due {
                return Ok(());
            }
            tokio::select! {
                biased;
                change = changes.next() => {
                    let change = change?;
                    if matters(&change) {
                        due = due.min((clock.elapsed() + DEBOUNCE).max(began + pause));
                    }
                    debug!(kind = %change.kind, action = %change.action, subject = %change.subject, "engine change");
                    self.activity.announce(change);
                }
                () = clock.sleep(due.saturating_sub(now)) => {}
            }
        }
    }
}

/// Health checks run commands all the time; what counts is their verdict, which is a change of its own.
fn matters(change: &EngineChange) -> bool {
    !change.action.starts_with("exec_")
}
