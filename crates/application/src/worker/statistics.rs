//! Collects what containers and the host use, alongside the work.
//!
//! One task keeps one stream of the engine for each running container, whoever looks at the numbers: all questions are
//! answered from memory. It runs beside the commands in a task of its own and never holds what they need, except for one
//! transaction every five minutes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{Clock, ContainerStatistics, HostStatistics, IdSource, StatisticsStore};
use core_monitor_domain::statistics::{
    Book, History, HostFigures, Limits, Running, StatisticsRetention, StatisticsSnapshot, Step,
};
use core_monitor_domain::time::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

mod collector;
mod host;
mod streams;
#[cfg(test)]
mod tests;

use collector::Collector;

/// The ports of the collection.
#[derive(Clone)]
pub struct StatisticsPorts {
    /// Measures containers.
    pub containers: Arc<dyn ContainerStatistics>,
    /// Measures the host.
    pub host: Arc<dyn HostStatistics>,
    /// Keeps the points of five minutes.
    pub store: Arc<dyn StatisticsStore>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Jitter.
    pub ids: Arc<dyn IdSource>,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatisticsBudget {
    /// Bytes in memory, for the samples of the last hour.
    pub memory: usize,
    /// Bytes in the database, for the points of the last 14 days.
    pub disk: u64,
}

/// The statistics of one worker. Clones share them.
#[derive(Clone)]
pub(crate) struct Statistics {
    ports: StatisticsPorts,
    retention: StatisticsRetention,
    shared: Arc<Shared>,
}

struct Shared {
    book: Mutex<Book>,
    host: Mutex<Option<HostFigures>>,
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn host(&self) -> MutexGuard<'_, Option<HostFigures>> {
        self.host.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Statistics {
    pub(crate) fn new(ports: StatisticsPorts, budget: StatisticsBudget) -> Self {
        let shared =
            Shared { book: Mutex::new(Book::new(Limits { bytes: budget.memory })), host: Mutex::default() };
        Self { ports, retention: StatisticsRetention::within(budget.disk), shared: Arc::new(shared) }
    }

    /// Collects until the returned value is dropped. `running` tells what runs.
    pub(crate) fn collect(&self, running: watch::Receiver<Arc<Running>>) -> Collecting {
        let mut task = JoinSet::new();
        let collector = Collector::new(self.clone(), running);
        task.spawn(collector.run());
        Collecting { statistics: self.clone(), task }
    }

    /// What everything uses now.
    pub(crate) fn snapshot(&self) -> StatisticsSnapshot {
        let snapshot = self.shared.book().snapshot(self.ports.clock.now());
        StatisticsSnapshot { host: self.shared.host().clone(), ..snapshot }
    }

    /// What the places of a stack, or of one of its services, used in `from..to`, as far as that lies in the last hour.
    pub(crate) fn recent(
        &self,
        stack: StackId,
        service: Option<&ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> History {
        self.shared.book().history(stack, service, from, to, step)
    }
}

/// The collection goes on while this lives.
pub(crate) struct Collecting {
    statistics: Statistics,
    task: JoinSet<()>,
}

impl Collecting {
    /// Ends the collection, and stores what has not been stored yet.
    pub(crate) async fn finish(mut self) {
        self.task.shutdown().await;
        collector::store_rest(&self.statistics).await;
    }
}
