//! An in-memory container engine that behaves like the real one, including its oddities.
//!
//! The contract suite in `tests/contracts/engine` compares it with a real engine: each behaviour that both can show is
//! one test that runs against both. Everything is deterministic: ids come from a seed, and time advances by one tick (a
//! second) with every call.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::observation::{ApiVersion, Observation, ObservedContainer};
use core_monitor_domain::ports::{
    ContainerEngine, EngineChange, EngineChanges, EngineError, EngineReader, LastCheck, LogLine, ProgressSink,
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
mod files;
mod host_ports;
mod inside;
mod inventory;
mod logs;
mod observe;
mod outside;
mod render;
mod run;
mod statistics;
mod storage;
mod terminals;
#[cfg(test)]
mod tests;
mod witness;
mod world;

pub use behaviour::{Behaviour, HealthScript};
pub use fault::Fault;
pub use outside::{ForeignContainer, SimBuild, SimImage};

use fault::Faults;
use world::{Notice, World};

/// The engine of Debian 12: an older API, with duplicate network names and one network per create call.
pub const API_1_41: ApiVersion = ApiVersion { major: 1, minor: 41 };

/// The first API whose create call accepts all networks.
pub const API_1_44: ApiVersion = ApiVersion { major: 1, minor: 44 };

/// An in-memory container engine. `outside.rs` has changes from outside, `fault.rs` faults, `render.rs` the text form.
#[derive(Debug)]
pub struct SimContainerEngine {
    world: Mutex<World>,
    faults: Mutex<Faults>,
    crashed: watch::Sender<u64>,
}

impl SimContainerEngine {
    /// An engine without images, volumes or containers, with the predefined networks.
    pub fn new(api: ApiVersion, seed: u64) -> Self {
        Self {
            world: Mutex::new(World::new(api, seed)),
            faults: Mutex::new(Faults::default()),
            crashed: watch::Sender::new(0),
        }
    }

    /// The world, even after a test panicked while holding it.
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

    /// The death of the calling process: it never gets an answer.
    async fn crash(&self) -> ! {
        self.crashed.send_modify(|crashes| *crashes += 1);
        std::future::pending().await
    }
}

#[async_trait]
impl EngineReader for SimContainerEngine {
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

    async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError> {
        let world = self.reached()?;
        let found = world.container(container)?;
        let skip = found.logs.len().saturating_sub(usize::try_from(lines).unwrap_or(usize::MAX));
        Ok(found.logs[skip..].to_vec())
    }

    /// A check ends with each tick and takes no time.
    async fn last_check(&self, container: &ContainerId) -> Result<Option<LastCheck>, EngineError> {
        let world = self.reached()?;
        let Some(found) = world.containers.get(container) else { return Ok(None) };
        let began = world.health(found).and_then(|_| World::instant(world.tick));
        Ok(began.map(|started_at| LastCheck { started_at, took: Duration::ZERO }))
    }

    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError> {
        let world = self.reached()?;
        Ok(Box::new(SimChanges { notices: world.notices.subscribe() }))
    }
}

#[async_trait]
impl ContainerEngine for SimContainerEngine {
    async fn perform(
        &self,
        effect: &Effect,
        deadline: Duration,
        progress: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError> {
        let fault = self.faults().next();
        let act = || self.reached()?.perform(effect, progress.as_ref());
        let lost = Err(EngineError::Timeout { after: deadline });
        let failed = || Err(EngineError::Unexplained { status: 500, message: "injected failure".to_owned() });
        match fault {
            None => act(),
            Some(Fault::CrashBefore) => self.crash().await,
            Some(Fault::CrashAfter) => {
                // The answer is lost.
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
            Some(Fault::Refused) => {
                Err(EngineError::Refused { status: 500, message: "injected refusal".to_owned() })
            }
            Some(Fault::Twice) => {
                let _ = act();
                self.world().racing = true;
                let second = act();
                self.world().racing = false;
                second
            }
        }
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
                // Each change is only a hint to observe again, so the next one makes up for dropped ones.
                Ok(Notice::Event(_)) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Ok(Notice::Gone) | Err(broadcast::error::RecvError::Closed) => {
                    return Err(EngineError::Unavailable { reason: "the engine went away".to_owned() });
                }
            }
        }
    }
}
