//! What the containers of a stack used.

use std::collections::BTreeMap;
use std::time::Duration;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{LinkError, within};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::statistics::{History, POINT_EVERY, Place, Point, RECENT, STORED, Series, Step};
use core_monitor_domain::time::Timestamp;

use super::show_statistics::must_exist;
use super::stack_status::known_services;
use super::{Server, ServerPorts, StatisticsError};

/// What is stored may be so much older than what the worker has: it stores every five minutes.
const UNSTORED: Duration = Duration::from_mins(15);
/// The worker answers from memory.
const PATIENCE: Duration = Duration::from_secs(10);

/// What to show.
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// Only this service.
    pub service: Option<ServiceName>,
    /// From when on; an hour before `to` by default.
    pub from: Option<Timestamp>,
    /// Until when; now by default.
    pub to: Option<Timestamp>,
    /// The least time between two points; the finest by default.
    pub step: Option<Step>,
}

/// What the containers of a stack used.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownHistory {
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// The points.
    pub history: History,
}

impl Server {
    /// The history of a stack. The last hour comes from the worker, everything before from the database, which also answers for
    /// the last hour while the worker is away.
    pub async fn show_stack_statistics_history(
        &self,
        actor: &Actor,
        stack: StackId,
        query: HistoryQuery,
    ) -> Result<ShownHistory, StatisticsError> {
        let ports = self.permit(actor, Action::ShowStackStatisticsHistory, &Resource::Stack(stack)).await?;
        let found = must_exist(ports, stack).await?;
        let now = ports.clock.now();
        let to = query.to.unwrap_or(now).min(now);
        let from = query.from.unwrap_or_else(|| before(to, RECENT)).max(before(now, STORED));
        if from >= to {
            return Err(StatisticsError::EmptyRange);
        }
        let fitting = Step::fitting(now.since(from), to.since(from));
        let step = query.step.map_or(fitting, |wanted| wanted.max(fitting));
        let asked = Asked { ports, stack, service: query.service, from, to };
        let shown = asked.history(now, query.step, step).await?;
        if shown.series.is_empty() {
            asked.service_must_exist(&found, now).await?;
        }
        Ok(ShownHistory { from, to, history: shown })
    }
}

/// Whose history is wanted, and of when.
struct Asked<'p> {
    ports: &'p ServerPorts,
    stack: StackId,
    service: Option<ServiceName>,
    from: Timestamp,
    to: Timestamp,
}

impl Asked<'_> {
    /// What there is, with this step if the worker has it.
    async fn history(
        &self,
        now: Timestamp,
        wanted: Option<Step>,
        step: Step,
    ) -> Result<History, StatisticsError> {
        // Whoever names a step gets it, as far as there is something.
        if !step.is_stored()
            && let Ok(history) = self.recent(self.from, step).await
            && (wanted.is_some() || self.is_whole(&history).await?)
        {
            return Ok(history);
        }
        self.stored(now, step.max(Step::STORED)).await
    }

    /// Refuses a service of which nothing is known: a typing error would look like one that used nothing. One that the stack no longer
    /// has is known as long as its history is.
    async fn service_must_exist(&self, stack: &Stack, now: Timestamp) -> Result<(), StatisticsError> {
        let Some(service) = &self.service else { return Ok(()) };
        if known_services(self.ports, stack).await?.contains(service) {
            return Ok(());
        }
        let (from, only) = (before(now, STORED), Some(service.clone()));
        let ever = self.ports.statistics.history(self.stack, only, from, now, Step::STORED).await?;
        let unknown = ever.series.is_empty().then(|| StatisticsError::ServiceUnknown(service.clone()));
        unknown.map_or(Ok(()), Err)
    }

    /// What the worker has in memory.
    async fn recent(&self, from: Timestamp, step: Step) -> Result<History, LinkError> {
        let link = &self.ports.link;
        let asked = link.recent_statistics(self.stack, self.service.clone(), from, self.to, step);
        let in_time = within(&*self.ports.clock, PATIENCE, asked).await;
        in_time.unwrap_or(Err(LinkError::Timeout { after: PATIENCE }))
    }

    /// Whether the worker has everything that is stored: after a restart, it has only what it has measured since.
    async fn is_whole(&self, recent: &History) -> Result<bool, StatisticsError> {
        let first = recent.series.iter().filter_map(|series| series.points.first()).map(|point| point.start);
        let until = begin(first.min().unwrap_or(self.to));
        if until <= self.from {
            return Ok(true);
        }
        let store = &self.ports.statistics;
        let before = store.history(self.stack, self.service.clone(), self.from, until, Step::STORED).await?;
        Ok(before.series.is_empty())
    }

    /// What is stored, and what is not stored yet if the worker tells. With coarser steps, that is less than one of them.
    async fn stored(&self, now: Timestamp, step: Step) -> Result<History, StatisticsError> {
        let store = &self.ports.statistics;
        let stored = store.history(self.stack, self.service.clone(), self.from, self.to, step).await?;
        let unstored_from = begin(before(now, UNSTORED)).max(self.from);
        if stored.step > Step::STORED || unstored_from >= self.to {
            return Ok(stored);
        }
        let Ok(recent) = self.recent(unstored_from, Step::STORED).await else { return Ok(stored) };
        if recent.step > Step::STORED {
            return Ok(stored);
        }
        let mut all: BTreeMap<Place, Vec<Point>> =
            stored.series.into_iter().map(|series| (series.place, series.points)).collect();
        for series in recent.series {
            let points = all.entry(series.place).or_default();
            let last = points.last().map(|last| last.start);
            points
                .extend(series.points.into_iter().filter(|point| last.is_none_or(|last| point.start > last)));
        }
        let series = all.into_iter().map(|(place, points)| Series { place, points });
        Ok(History { step: Step::STORED, series: series.collect() })
    }
}

fn before(at: Timestamp, duration: Duration) -> Timestamp {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(at.as_millis().saturating_sub(millis)).unwrap_or(at)
}

/// The begin of the five minutes that `at` lies in, so that a point of the worker is not one of a part of them.
fn begin(at: Timestamp) -> Timestamp {
    let length = i64::try_from(POINT_EVERY.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(at.as_millis() - at.as_millis().rem_euclid(length)).unwrap_or(at)
}
