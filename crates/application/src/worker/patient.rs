//! An engine whose answers are not waited for without end.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::observation::{Observation, ObservedContainer};
use core_monitor_domain::ports::{
    Clock, ContainerEngine, EngineChanges, EngineError, EngineReader, LastCheck, LogLine, ProgressSink,
    within,
};
use core_monitor_domain::time::Timestamp;

/// The longest time for an answer about one thing. An engine that hangs accepts connections and never answers.
const ANSWER: Duration = Duration::from_secs(30);
/// The longest time for an observation: a slow disk with thousands of containers and images takes many seconds.
const OBSERVATION: Duration = Duration::from_mins(2);

/// Passes everything on to an engine, and gives up reads that take too long: whoever reads tries again, says so, and can be
/// stopped. Effects have deadlines of their own.
pub(crate) struct Patient {
    engine: Arc<dyn ContainerEngine>,
    clock: Arc<dyn Clock>,
}

impl Patient {
    pub(crate) fn new(engine: Arc<dyn ContainerEngine>, clock: Arc<dyn Clock>) -> Self {
        Self { engine, clock }
    }

    async fn at_most<T>(
        &self,
        limit: Duration,
        answer: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        within(&*self.clock, limit, answer).await.unwrap_or(Err(EngineError::Timeout { after: limit }))
    }
}

#[async_trait]
impl EngineReader for Patient {
    async fn observe(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Result<Observation, EngineError> {
        self.at_most(OBSERVATION, self.engine.observe(instance, adopted, now)).await
    }

    async fn inspect(&self, container: &ContainerId) -> Result<Option<ObservedContainer>, EngineError> {
        self.at_most(ANSWER, self.engine.inspect(container)).await
    }

    async fn tail_logs(&self, container: &ContainerId, lines: u32) -> Result<Vec<LogLine>, EngineError> {
        self.at_most(ANSWER, self.engine.tail_logs(container, lines)).await
    }

    async fn last_check(&self, container: &ContainerId) -> Result<Option<LastCheck>, EngineError> {
        self.at_most(ANSWER, self.engine.last_check(container)).await
    }

    async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError> {
        self.at_most(ANSWER, self.engine.changes()).await
    }
}

#[async_trait]
impl ContainerEngine for Patient {
    async fn perform(
        &self,
        effect: &Effect,
        deadline: Duration,
        progress: Arc<dyn ProgressSink>,
    ) -> Result<EffectOutcome, EngineError> {
        self.engine.perform(effect, deadline, progress).await
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use core_monitor_simulation::runtime_clock::RuntimeClock;

    use super::*;

    /// Accepts every question and answers none.
    struct Hanging;

    #[async_trait]
    impl EngineReader for Hanging {
        async fn observe(
            &self,
            _: InstanceId,
            _: &BTreeSet<ContainerId>,
            _: Timestamp,
        ) -> Result<Observation, EngineError> {
            pending().await
        }

        async fn inspect(&self, _: &ContainerId) -> Result<Option<ObservedContainer>, EngineError> {
            pending().await
        }

        async fn tail_logs(&self, _: &ContainerId, _: u32) -> Result<Vec<LogLine>, EngineError> {
            pending().await
        }

        async fn last_check(&self, _: &ContainerId) -> Result<Option<LastCheck>, EngineError> {
            pending().await
        }

        async fn changes(&self) -> Result<Box<dyn EngineChanges>, EngineError> {
            pending().await
        }
    }

    #[async_trait]
    impl ContainerEngine for Hanging {
        async fn perform(
            &self,
            _: &Effect,
            _: Duration,
            _: Arc<dyn ProgressSink>,
        ) -> Result<EffectOutcome, EngineError> {
            pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_read_waits_for_an_engine_that_hangs() {
        let clock = Arc::new(RuntimeClock::new());
        let engine = Patient::new(Arc::new(Hanging), clock);
        let (container, now) = (ContainerId::from("c0ffee"), Timestamp::from_millis(0).unwrap());
        let (observe, answer) = (Some(OBSERVATION), Some(ANSWER));
        let instance = InstanceId(uuid::Uuid::nil());
        assert_eq!(timeout(&engine.observe(instance, &BTreeSet::new(), now).await), observe);
        assert_eq!(timeout(&engine.inspect(&container).await), answer);
        assert_eq!(timeout(&engine.tail_logs(&container, 5).await), answer);
        assert_eq!(timeout(&engine.last_check(&container).await), answer);
        assert_eq!(timeout(&engine.changes().await), answer);
    }

    fn timeout<T>(answer: &Result<T, EngineError>) -> Option<Duration> {
        match answer {
            Err(EngineError::Timeout { after }) => Some(*after),
            _ => None,
        }
    }
}
