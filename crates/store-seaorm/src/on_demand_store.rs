//! [`OnDemandStore`]: what the gateway remembers and reports, and what people want of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, Change};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::{Day, DayNumber, DoorKey, Experience, GatewayReport, Reported, Wish};
use core_monitor_domain::ports::{OnDemandNews, OnDemandStore, StoreError, WishError};
use core_monitor_domain::time::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DatabaseTransaction, EntityTrait, PaginatorTrait};

use crate::audit_log;
use crate::database::Connections;
use crate::entity::{
    on_demand_day, on_demand_experience, on_demand_gateway, on_demand_report, on_demand_wish, stack,
};
use crate::rows;
use crate::store_error::store_error;

/// Rows of one statement.
const ROWS: usize = 500;

/// What is known of services that wake on demand, in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmOnDemandStore {
    db: Arc<Connections>,
}

impl SeaOrmOnDemandStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl OnDemandStore for SeaOrmOnDemandStore {
    async fn report(&self, news: &OnDemandNews) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let live = live(&tx, news).await?;
        let is_live = |door: &DoorKey| live.contains(&door.stack);
        let reports = news.reports.iter().filter(|(door, _)| is_live(door));
        let reports = reports.map(|(door, report)| on_demand_report::row(door, report));
        put(&tx, reports, on_demand_report::again()).await?;
        let learned = news.experience.iter().filter(|(door, _)| is_live(door));
        let learned = learned.map(|(door, experience)| on_demand_experience::row(door, experience));
        put(&tx, learned, on_demand_experience::again()).await?;
        let days = news.days.iter().filter(|(door, ..)| is_live(door));
        let days = days.map(|(door, day, happened)| on_demand_day::row(door, *day, happened));
        put(&tx, days, on_demand_day::again()).await?;
        put(&tx, news.gateway.iter().map(on_demand_gateway::row), on_demand_gateway::again()).await?;
        for door in &news.gone {
            on_demand_report::remove(door).exec(&*tx).await.map_err(store_error)?;
        }
        if let Some(day) = news.forget_before {
            on_demand_day::remove_before(day).exec(&*tx).await.map_err(store_error)?;
        }
        tx.commit().await
    }

    async fn reports(&self) -> Result<BTreeMap<DoorKey, Reported>, StoreError> {
        let all = on_demand_report::Entity::find();
        let all = rows::list::<on_demand_report::Model>(self.db.reader(), all).await?;
        Ok(all.into_iter().filter_map(|(door, report)| Some((door, report?))).collect())
    }

    async fn experience(&self, stack: Option<StackId>) -> Result<BTreeMap<DoorKey, Experience>, StoreError> {
        let all = on_demand_experience::of(stack);
        let all = rows::list::<on_demand_experience::Model>(self.db.reader(), all).await?;
        Ok(all.into_iter().filter_map(|(door, learned)| Some((door, learned?))).collect())
    }

    async fn days(
        &self,
        stack: Option<StackId>,
        since: DayNumber,
    ) -> Result<BTreeMap<DoorKey, BTreeMap<DayNumber, Day>>, StoreError> {
        let all = on_demand_day::since(stack, since);
        let mut days: BTreeMap<DoorKey, BTreeMap<DayNumber, Day>> = BTreeMap::new();
        for (door, day, happened) in rows::list::<on_demand_day::Model>(self.db.reader(), all).await? {
            if let Some(happened) = happened {
                days.entry(door).or_default().insert(day, happened);
            }
        }
        Ok(days)
    }

    async fn gateway(&self) -> Result<Option<GatewayReport>, StoreError> {
        let only = on_demand_gateway::Entity::find_by_id(on_demand_gateway::ONLY);
        Ok(rows::find::<on_demand_gateway::Model>(self.db.reader(), only).await?.flatten())
    }

    async fn wishes(&self) -> Result<BTreeMap<DoorKey, Wish>, StoreError> {
        let all = on_demand_wish::Entity::find();
        Ok(rows::list::<on_demand_wish::Model>(self.db.reader(), all).await?.into_iter().collect())
    }

    async fn wish(&self, door: &DoorKey, wish: &Wish, by: &Actor, now: Timestamp) -> Result<(), WishError> {
        let tx = self.db.write().await?;
        if stack::live(door.stack).count(&*tx).await.map_err(store_error)? == 0 {
            return Err(WishError::StackNotFound);
        }
        let gone = on_demand_wish::remove(door).exec(&*tx).await.map_err(store_error)?;
        let change = match (gone.rows_affected > 0, wish.is_empty()) {
            (false, true) => return Ok(()),
            (true, true) => Change::Removed,
            (was_there, false) => Change::put(was_there),
        };
        if !wish.is_empty() {
            let row = on_demand_wish::row(door, wish)?;
            on_demand_wish::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        }
        audit_log::append(&*tx, AuditEntry::on_demand_set(door, change, by, now)).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Which of the stacks that there is something to say about are still there.
async fn live(tx: &DatabaseTransaction, news: &OnDemandNews) -> Result<BTreeSet<StackId>, StoreError> {
    let reports = news.reports.iter().map(|(door, _)| door.stack);
    let learned = news.experience.iter().map(|(door, _)| door.stack);
    let days = news.days.iter().map(|(door, ..)| door.stack);
    let mut live = BTreeSet::new();
    for id in reports.chain(learned).chain(days).collect::<BTreeSet<StackId>>() {
        if stack::live(id).count(tx).await.map_err(store_error)? > 0 {
            live.insert(id);
        }
    }
    Ok(live)
}

async fn put<A: ActiveModelTrait>(
    tx: &DatabaseTransaction,
    rows: impl Iterator<Item = Result<A, StoreError>>,
    again: OnConflict,
) -> Result<(), StoreError> {
    let rows = rows.collect::<Result<Vec<A>, StoreError>>()?;
    for rows in rows.chunks(ROWS) {
        let insert = A::Entity::insert_many(rows.to_vec()).on_conflict(again.clone());
        insert.exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}
