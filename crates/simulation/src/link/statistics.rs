//! What containers and the host use: what a test says.

use std::sync::PoisonError;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{LinkError, StatisticsLink};
use core_monitor_domain::statistics::{History, Place, Series, StatisticsSnapshot, Step, resample};
use core_monitor_domain::time::Timestamp;

use super::SimEngineLink;

/// What the worker has collected.
#[derive(Debug, Clone, Default)]
pub struct SimStatistics {
    /// What everything uses now; `None`: nothing is collected.
    pub snapshot: Option<StatisticsSnapshot>,
    /// The samples of the last hour.
    pub recent: Vec<Series>,
}

impl SimStatistics {
    /// The samples of a stack, or of one of its services, in `from..to`.
    pub fn recent(
        &self,
        stack: StackId,
        service: Option<&ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> History {
        let is_asked_for =
            |place: &Place| place.stack == stack && service.is_none_or(|service| place.service == *service);
        let asked_for: Vec<_> = self.recent.iter().filter(|series| is_asked_for(&series.place)).collect();
        let step = step.for_series(asked_for.len(), to.since(from));
        let series = asked_for.into_iter().map(|series| {
            let points = series.points.iter().filter(|point| point.start >= from && point.start < to);
            Series { place: series.place.clone(), points: resample(points.copied(), step) }
        });
        History { step, series: series.filter(|series| !series.points.is_empty()).collect() }
    }

    /// What everything uses now.
    pub fn now(&self) -> Result<StatisticsSnapshot, LinkError> {
        let off = || LinkError::Refused {
            message: "it does not collect statistics, as its setting `statistics` says".to_owned(),
        };
        self.snapshot.clone().ok_or_else(off)
    }
}

impl SimEngineLink {
    /// Sets what the worker has collected.
    pub fn set_statistics(&self, statistics: SimStatistics) {
        *self.statistics.lock().unwrap_or_else(PoisonError::into_inner) = statistics;
    }

    fn collected(&self) -> Result<SimStatistics, LinkError> {
        self.reached()?;
        Ok(self.statistics.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

#[async_trait]
impl StatisticsLink for SimEngineLink {
    async fn statistics(&self) -> Result<StatisticsSnapshot, LinkError> {
        self.collected()?.now()
    }

    async fn recent_statistics(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, LinkError> {
        Ok(self.collected()?.recent(stack, service.as_ref(), from, to, step))
    }
}
