//! One stream of the engine for each running container.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{EngineError, within};
use core_monitor_domain::statistics::{Running, SAMPLE_EVERY};
use core_monitor_domain::time::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tracing::debug;

use super::Statistics;
use crate::worker::backoff::Backoff;
use crate::worker::chain;

/// Streams that are opened at the same time, so that an engine that has just come back is not overrun.
const OPENING: usize = 8;
/// A stream that brings nothing for so long is opened again.
const SILENCE: Duration = Duration::from_mins(1);

/// The streams. Dropping it ends them.
pub(super) struct Streams {
    statistics: Statistics,
    tasks: JoinSet<()>,
    known: BTreeMap<ContainerId, (Option<Timestamp>, AbortHandle)>,
    opening: Arc<Semaphore>,
}

impl Streams {
    pub(super) fn new(statistics: Statistics) -> Self {
        let opening = Arc::new(Semaphore::new(OPENING));
        Self { statistics, tasks: JoinSet::new(), known: BTreeMap::new(), opening }
    }

    /// Ends the streams of what no longer runs, and begins those that are missing: a stream ends with the run of its container.
    pub(super) fn adjust(&mut self, running: &Running) {
        while self.tasks.try_join_next().is_some() {}
        let mut known = std::mem::take(&mut self.known);
        for subject in &running.subjects {
            let kept = known.remove(&subject.container);
            let kept = match kept {
                Some((run, task)) if run == subject.started_at && !task.is_finished() => (run, task),
                other => {
                    if let Some((_, task)) = other {
                        task.abort();
                    }
                    let container = subject.container.clone();
                    let follow = follow(self.statistics.clone(), container, Arc::clone(&self.opening));
                    (subject.started_at, self.tasks.spawn(follow))
                }
            };
            self.known.insert(subject.container.clone(), kept);
        }
        for (_, task) in known.into_values() {
            task.abort();
        }
    }
}

/// Follows one container until its run ends.
async fn follow(statistics: Statistics, container: ContainerId, opening: Arc<Semaphore>) {
    let ports = &statistics.ports;
    let mut backoff = Backoff::default();
    loop {
        let opened = {
            // Nothing closes it.
            let _turn = opening.acquire().await;
            ports.containers.measure(&container, SAMPLE_EVERY).await
        };
        let error = match opened {
            Ok(mut readings) => loop {
                match within(&*ports.clock, SILENCE, readings.next()).await {
                    Some(Ok(Some(reading))) => {
                        backoff.reset();
                        statistics.shared.book().record(&container, ports.clock.now(), &reading);
                    }
                    Some(Ok(None)) => {
                        statistics.shared.book().ended(&container);
                        return;
                    }
                    Some(Err(error)) => break error,
                    None => break EngineError::Timeout { after: SILENCE },
                }
            },
            Err(EngineError::NotFound { .. }) => return,
            Err(error) => error,
        };
        debug!(%container, error = %chain(&error), "cannot measure a container, trying again");
        ports.clock.sleep(backoff.next(ports.ids.jitter())).await;
    }
}
