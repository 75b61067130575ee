//! Keeps the shared observation up to date: after every engine event, and at regular intervals.

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

/// Events come in bursts; one observation covers the whole burst.
const DEBOUNCE: Duration = Duration::from_millis(200);
/// Observing is expensive for the engine: the pause afterwards is at least this many times as long as it took.
const PAUSE_FACTOR: u32 = 4;

/// Observes the engine and stores the observation.
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

    /// Stores an observation unless a newer one is stored. If the store is unavailable, the stored observation only
    /// gets older, which its age shows.
    pub(crate) async fn save(&self, observed: &Observation) {
        if let Err(error) = self.latest.save(observed).await {
            warn!(error = %chain(&error), "cannot save the observation");
        }
    }

    /// Run it alongside the work.
    pub(crate) async fn run(&self) -> std::convert::Infallible {
        let mut backoff = Backoff::default();
        let mut reachable = None;
        loop {
            let error = match self.follow(&mut reachable, &mut backoff).await {
                Ok(never) => match never {},
                Err(error) => error,
            };
            if reachable != Some(false) {
                warn!(error = %chain(&error), "cannot observe the engine; keeping the last observation");
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
        // Subscribe before observing, so that no event is lost in between.
        let mut changes = engine.changes().await?;
        loop {
            let began = self.ports.clock.elapsed();
            let observed = look(self.ports, self.settings, self.instance, None).await?;
            let took = self.ports.clock.elapsed().saturating_sub(began);
            if *reachable != Some(true) {
                info!(version = %observed.host.engine.version, "observing the engine");
                *reachable = Some(true);
            }
            backoff.reset();
            self.save(&observed).await;
            self.until_due(&mut *changes, took * PAUSE_FACTOR).await?;
        }
    }

    /// Passes events on until the next observation is due.
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
                    debug!(kind = %change.kind, action = %change.action, subject = %change.subject, "engine event");
                    self.activity.announce(change);
                }
                () = clock.sleep(due.saturating_sub(now)) => {}
            }
        }
    }
}

/// Health checks run commands all the time; only their result matters, and that has its own event.
fn matters(change: &EngineChange) -> bool {
    !change.action.starts_with("exec_")
}
