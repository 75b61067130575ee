//! [`StatisticsStore`]: what containers used in the last days.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{StatisticsStore, StoreError};
use core_monitor_domain::statistics::{
    BLOCK_SPAN, Block, History, Place, Point, Series, StatisticsRetention, Step, resample,
};
use core_monitor_domain::time::Timestamp;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::cell::{AsInteger, AsMillis, AsText};
use crate::database::Connections;
use crate::entity::statistics_block::{self, Column, Entity, Hour, Model, Row, Span};
use crate::rows;
use crate::store_error::store_error;

/// Rows of one statement: a few thousand values, a fraction of what SQLite accepts.
const ROWS: usize = 500;

/// Points in the database, an hour of a place in each row.
#[derive(Debug, Clone)]
pub struct SeaOrmStatisticsStore {
    db: Arc<Connections>,
}

impl SeaOrmStatisticsStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl StatisticsStore for SeaOrmStatisticsStore {
    async fn record(
        &self,
        points: &[(Place, Point)],
        tidy: Option<(StatisticsRetention, Timestamp)>,
    ) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        add(&tx, points).await?;
        if let Some((keep, now)) = tidy {
            remove_old(&tx, keep, now).await?;
            remove_excess(&tx, keep, now).await?;
        }
        tx.commit().await
    }

    async fn history(
        &self,
        stack: StackId,
        service: Option<ServiceName>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<History, StoreError> {
        let db = self.db.reader();
        let places = rows::list::<Row>(db, statistics_block::places(stack, service)).await?;
        let step = step.for_series(places.len(), to.since(from));
        let mut series = Vec::new();
        // One after the other: all points of a large stack would take more memory than their answer.
        for place in places {
            let blocks = statistics_block::of_place(&place, Block::empty(from).start, to);
            let blocks = rows::list::<Model>(db, blocks).await?;
            let points = blocks.iter().flatten().flat_map(|(_, block)| block.points());
            let points = points.copied().filter(|point| point.start >= from && point.start < to);
            series.push(Series { place, points: resample(points, step) });
        }
        series.retain(|series| !series.points.is_empty());
        Ok(History { step, series })
    }

    async fn bytes(&self) -> Result<u64, StoreError> {
        let bytes: Option<Option<AsInteger<u64>>> =
            rows::value(self.db.reader(), statistics_block::bytes()).await?;
        Ok(bytes.flatten().map_or(0, |bytes| bytes.0))
    }
}

async fn add(tx: &DatabaseTransaction, points: &[(Place, Point)]) -> Result<(), StoreError> {
    let starts: BTreeSet<Timestamp> = points.iter().map(|(_, point)| Block::start_of(point)).collect();
    let stored = rows::list::<Model>(tx, statistics_block::starting_at(starts)).await?;
    let stored = stored.into_iter().flatten().map(|(place, block)| ((place, block.start), block));
    let mut stored: BTreeMap<(Place, Timestamp), Block> = stored.collect();
    let mut changed: BTreeMap<(Place, Timestamp), Block> = BTreeMap::new();
    for (place, point) in points {
        let key = (place.clone(), Block::start_of(point));
        let block = changed
            .entry(key)
            .or_insert_with_key(|key| stored.remove(key).unwrap_or_else(|| Block::empty(key.1)));
        block.add(point);
    }
    let rows: Vec<_> =
        changed.iter().map(|((place, _), block)| statistics_block::row(place, block)).collect();
    for rows in rows.chunks(ROWS) {
        let insert = Entity::insert_many(rows.to_vec()).on_conflict(statistics_block::again());
        insert.exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}

async fn remove_old(
    tx: &DatabaseTransaction,
    keep: StatisticsRetention,
    now: Timestamp,
) -> Result<(), StoreError> {
    let too_old = Column::Start.lt(AsMillis(keep.oldest(now)));
    let from_the_future = Column::Start.gt(AsMillis(keep.newest(now)));
    Entity::delete_many()
        .filter(Condition::any().add(too_old).add(from_the_future))
        .exec(tx)
        .await
        .map_err(store_error)?;
    Ok(())
}

async fn remove_excess(
    tx: &DatabaseTransaction,
    keep: StatisticsRetention,
    now: Timestamp,
) -> Result<(), StoreError> {
    let spans = rows::list::<Span>(tx, statistics_block::spans()).await?;
    let crowded = keep.crowded(spans, now);
    for place in crowded.places {
        let all = Entity::delete_many()
            .filter(Column::StackId.eq(AsText(place.stack)))
            .filter(Column::Service.eq(AsText(place.service)))
            .filter(Column::Slot.eq(AsInteger(place.slot.0)));
        all.exec(tx).await.map_err(store_error)?;
    }
    if crowded.excess == 0 {
        return Ok(());
    }
    let mut left = crowded.excess;
    let hours = rows::list::<Hour>(tx, statistics_block::hours()).await?;
    let last = hours.into_iter().find(|(_, bytes)| {
        left = left.saturating_sub(*bytes);
        left == 0
    });
    if let Some((last, _)) = last {
        let oldest = Entity::delete_many().filter(Column::Start.lt(AsMillis(last.plus(BLOCK_SPAN))));
        oldest.exec(tx).await.map_err(store_error)?;
    }
    Ok(())
}
