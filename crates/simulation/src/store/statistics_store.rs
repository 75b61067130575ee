//! [`StatisticsStore`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{StatisticsStore, StoreError};
use core_monitor_domain::statistics::{
    BLOCK_SPAN, Block, History, Place, Point, Series, StatisticsRetention, Step, StoredSpan, resample,
};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;

/// The blocks of all hours.
pub(super) type Blocks = BTreeMap<(Timestamp, Place), Block>;

/// Points in memory.
#[derive(Debug, Clone)]
pub struct SimStatisticsStore {
    db: SimDatabase,
}

impl SimStatisticsStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl StatisticsStore for SimStatisticsStore {
    async fn record(
        &self,
        points: &[(Place, Point)],
        tidy: Option<(StatisticsRetention, Timestamp)>,
    ) -> Result<(), StoreError> {
        self.db.write("StatisticsStore::record", |state| {
            for (place, point) in points {
                let start = Block::start_of(point);
                let block = state.statistics.entry((start, place.clone()));
                block.or_insert_with(|| Block::empty(start)).add(point);
            }
            if let Some((keep, now)) = tidy {
                tidy_up(&mut state.statistics, keep, now);
            }
            Ok(())
        })
    }

    async fn history(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, StoreError> {
        self.db.read("StatisticsStore::history", |state| {
            let mut found: BTreeMap<&Place, Vec<Point>> = BTreeMap::new();
            for ((_, place), block) in &state.statistics {
                if place.stack == stack && service.as_ref().is_none_or(|service| place.service == *service) {
                    let points =
                        block.points().iter().filter(|point| point.start >= from && point.start < to);
                    found.entry(place).or_default().extend(points);
                }
            }
            let step = step.for_series(found.len(), to.since(from));
            found.retain(|_, points| !points.is_empty());
            let series = found.into_iter();
            let series =
                series.map(|(place, points)| Series { place: place.clone(), points: resample(points, step) });
            Ok(History { step, series: series.collect() })
        })
    }

    async fn bytes(&self) -> Result<u64, StoreError> {
        self.db.read("StatisticsStore::bytes", |state| Ok(state.statistics.iter().map(size).sum()))
    }
}

/// About as much as a row of a database.
fn size(((_, place), block): (&(Timestamp, Place), &Block)) -> u64 {
    let bytes = 120 + 2 * place.service.as_str().len() + block.pack().len();
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn tidy_up(blocks: &mut Blocks, keep: StatisticsRetention, now: Timestamp) {
    blocks.retain(|(start, _), _| *start >= keep.oldest(now) && *start <= keep.newest(now));
    let mut spans: BTreeMap<Place, (Timestamp, u64)> = BTreeMap::new();
    for (key, block) in blocks.iter() {
        let span = spans.entry(key.1.clone()).or_insert((key.0, 0));
        *span = (span.0.max(key.0), span.1 + size((key, block)));
    }
    let spans = spans.into_iter().map(|(place, (last, bytes))| StoredSpan { place, last, bytes });
    let mut crowded = keep.crowded(spans.collect(), now);
    blocks.retain(|(_, place), _| !crowded.places.contains(place));
    while crowded.excess > 0 {
        let Some(start) = blocks.keys().map(|(start, _)| *start).next() else { return };
        let hour: u64 = blocks.iter().filter(|(key, _)| key.0 == start).map(size).sum();
        crowded.excess = crowded.excess.saturating_sub(hour);
        blocks.retain(|(other, _), _| *other >= start.plus(BLOCK_SPAN));
    }
}
