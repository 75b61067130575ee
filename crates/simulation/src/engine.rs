//! A container engine in memory that answers like the real one, down to its oddities.
//!
//! What it does is held against a real engine by the contract suite in `tests/contracts/engine`: each row of the
//! engine's behaviour that both can show is one test that runs against both. Everything is deterministic: identities
//! come from a seed, and time moves by one tick (a second) with every call.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::observation::{ApiVersion, Observation, ObservedContainer};
use core_monitor_domain::ports::{
    ContainerEngine, Effect, EffectOutcome, EngineChange, EngineChanges, EngineError, LogLine, ProgressSink,
};
use core_monitor_domain::time::Timestamp;
use tokio::sync::{broadcast, watch};

mod attach;
mod behaviour;
mod build;
mod container;
mod create;
mod effects;
mod fault;
mod observe;
mod outside;
mod ports;
mod render;
mod run;
mod storage;
#[cfg(test)]
mod tests;
mod world;

pub use behaviour::{Behaviour, HealthScript};
pub use fault::Fault;
pub use outside::{ForeignContainer, SimBuild, SimImage};

use fault::Faults;
use world::{Notice, World};

/// The engine of Debian 12: an older API, with duplicate networks and one network per create call.
pub const API_1_41: ApiVersion = ApiVersion { major: 1, minor: 41 };

/// The first API whose create call takes every network.
pub const API_1_44: ApiVersion = ApiVersion { major: 1, minor: 44 };

/// A container engine in memory. What a test does to it from outside is in `outside.rs`, how it is made to fail in
/// `fault.rs`, how it is shown as text in `render.rs`.
#[derive(Debug)]
pub struct SimContainerEngine {
    world: Mutex<World>,
    faults: Mutex<Faults>,
    crashed: watch::Sender<u64>,
}

impl SimContainerEngine {
    /// An engine with no images, volumes or containers and the networks every engine has.
    pub fn new(api: ApiVersion, seed: u64) -> Self {
        Self {
            world: Mutex::new(World::new(api, seed)),
            faults: Mutex::new(Faults::default()),
            crashed: watch::Sender::new(0),
        }
    }

    /// The world, whatever state a test that panicked left it in.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The world one tick later, unless the engine is down.
    fn reached(&self) -> Result<MutexGuard<'_, World>, EngineError> {
        let mut world = self.world();
        world.advance(1);
        if world.unplugged {
            return Err(EngineError::Unavailable { reason: "connection refused".to_owned() });
        }
        Ok(world)
    }

    /// Stands for the death of the process that waits: it never gets an answer.
    async fn crash(&self) -> ! {
        self.crashed.send_modify(|crashes| *crashes += 1);
        std::future::pending().await
    }
}

#[async_trait]
impl ContainerEngine for SimContainerEngine {
    async fn observe(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Result<Observation, EngineError> {
        Ok(self.reached()?.observation(instance, adopted, now))
    }

    async fn inspect(&self, container: &ContainerId) -> Result<Option<ObservedContainer>, EngineError> {
        let world = self.reached()?;
        Ok(world.containers.get(container).map(|found| world.observed(found)))
    }

    async fn perform(
        &self,
        effect: &Effect,
        deadline: Duration,
        progress: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError> {
        let fault = self.faults().next();
        let act = || self.reached()?.perform(effect, progress.as_ref());
        let lost = Err(EngineError::Timeout { after: deadline });
        let failed = || Err(EngineError::Unavailable { reason: "injected failure".to_owned() });
        match fault {
            None => act(),
            Some(Fault::CrashBefore) => self.crash().await,
            Some(Fault::CrashAfter) => {
                // Nobody is left to read the answer.
                let _ = act();
                self.crash().await
            }
            Some(Fault::ReplyLost) => {
                let _ = act();
                lost
            }
            Some(Fault::Late { ticks }) => {
                self.reached()?.defer(effect.clone(), ticks);
                lost
            }
            Some(Fault::ErrorBefore) => failed(),
            Some(Fault::ErrorAfter) => {
                let _ = act();
                failed()
            }
            Some(Fault::Twice) => {
                let _ = act();
                act()
            }
        }
    }

    async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError> {
        let world = self.reached()?;
        let found = world.container(container)?;
        let skip = found.logs.len().saturating_sub(usize::try_from(lines).unwrap_or(usize::MAX));
        Ok(found.logs[skip..].to_vec())
    }

    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError> {
        let world = self.reached()?;
        Ok(Box::new(SimChanges { notices: world.notices.subscribe() }))
    }
}

#[derive(Debug)]
struct SimChanges {
    notices: broadcast::Receiver<Notice>,
}

#[async_trait]
impl EngineChanges for SimChanges {
    async fn next(&mut self) -> Result<EngineChange, EngineError> {
        loop {
            match self.notices.recv().await {
                Ok(Notice::Change(change)) => return Ok(change),
                // A hint to look again is enough, so hints that were dropped are made up for by the next one.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Ok(Notice::Gone) | Err(broadcast::error::RecvError::Closed) => {
                    return Err(EngineError::Unavailable { reason: "the engine went away".to_owned() });
                }
            }
        }
    }
}
