//! Readings of containers, taken when a test says so.

use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::ports::{ContainerStatistics, EngineError, Feed, ReadingFeed};
use core_monitor_domain::statistics::{MemoryReading, Reading};
use tokio::sync::mpsc;

use super::SimContainerEngine;
use super::world::World;

/// What whoever measures a container receives: a reading, or the loss of the engine.
pub(super) type Measured = Result<Reading, ()>;

#[async_trait]
impl ContainerStatistics for SimContainerEngine {
    async fn measure(&self, container: &ContainerId, _: Duration) -> Result<ReadingFeed, EngineError> {
        let mut world = self.reached()?;
        let runs = world.container(container)?.is_up();
        // Dropping the sender at once ends the feed of a container that does not run.
        let (sender, readings) = mpsc::unbounded_channel();
        if runs {
            // The receiver is here.
            let _ = sender.send(Ok(world.reading(container)));
            world.meters.entry(container.clone()).or_default().push(sender);
        }
        Ok(Box::new(SimReadings(readings)))
    }

    async fn data_root(&self) -> Result<String, EngineError> {
        self.reached().map(|_| "/var/lib/docker".to_owned())
    }
}

impl SimContainerEngine {
    /// How many streams of readings of this container are open.
    pub fn meters(&self, container: &ContainerId) -> usize {
        let world = self.world();
        let meters = world.meters.get(container);
        meters.map_or(0, |meters| meters.iter().filter(|sender| !sender.is_closed()).count())
    }

    /// Takes a reading of every container, a tick later.
    pub fn measure_by_hand(&self) {
        let mut world = self.world();
        world.advance(1);
        let measured: Vec<_> = world.meters.keys().map(|id| (id.clone(), world.reading(id))).collect();
        for (id, reading) in measured {
            if let Some(meters) = world.meters.get_mut(&id) {
                meters.retain(|meter| meter.send(Ok(reading)).is_ok());
            }
        }
    }
}

impl World {
    /// A container that uses half of one of two CPUs and 1 MiB, of which a quarter is inactive cache, since its start.
    fn reading(&self, container: &ContainerId) -> Reading {
        let started = self.containers.get(container).and_then(|found| found.started).unwrap_or(self.tick);
        let seconds = self.tick.saturating_sub(started);
        Reading {
            cpu_ns: seconds * 500_000_000,
            host_cpu_ns: self.tick * 2_000_000_000,
            cpus: 2,
            memory: MemoryReading {
                usage: 1 << 20,
                total_inactive_file: None,
                inactive_file: Some(1 << 18),
                limit: 1 << 30,
            },
            counters: core_monitor_domain::statistics::Counters::from_array([1_000 * seconds; 4]),
            pids: 1,
        }
    }

    /// Reports the loss of the engine to whoever measures.
    pub(super) fn lose_meters(&mut self) {
        for meter in std::mem::take(&mut self.meters).into_values().flatten() {
            // It may be gone.
            let _ = meter.send(Err(()));
        }
    }
}

#[derive(Debug)]
struct SimReadings(mpsc::UnboundedReceiver<Measured>);

#[async_trait]
impl Feed<Reading, EngineError> for SimReadings {
    async fn next(&mut self) -> Result<Option<Reading>, EngineError> {
        match self.0.recv().await {
            Some(Ok(reading)) => Ok(Some(reading)),
            Some(Err(())) => Err(EngineError::Unavailable { reason: "the engine went away".to_owned() }),
            None => Ok(None),
        }
    }
}
