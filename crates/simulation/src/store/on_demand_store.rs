//! [`OnDemandStore`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, Change};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::on_demand::{Day, DayNumber, DoorKey, Experience, GatewayReport, Reported, Wish};
use core_monitor_domain::ports::{OnDemandNews, OnDemandStore, StoreError, WishError};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;

/// The tables of the gateway.
#[derive(Debug, Default)]
pub(super) struct OnDemandTables {
    reports: BTreeMap<DoorKey, Reported>,
    experience: BTreeMap<DoorKey, Experience>,
    days: BTreeMap<(DoorKey, DayNumber), Day>,
    gateway: Option<GatewayReport>,
    wishes: BTreeMap<DoorKey, Wish>,
}

/// What is known of services that wake on demand, in memory.
#[derive(Debug, Clone)]
pub struct SimOnDemandStore {
    db: SimDatabase,
}

impl SimOnDemandStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl OnDemandStore for SimOnDemandStore {
    async fn report(&self, news: &OnDemandNews) -> Result<(), StoreError> {
        self.db.write("OnDemandStore::report", |state| {
            let live: Vec<StackId> =
                state.stacks.keys().filter(|id| state.live_stack(**id).is_some()).copied().collect();
            let is_live = |door: &DoorKey| live.contains(&door.stack);
            let tables = &mut state.on_demand;
            tables.reports.extend(news.reports.iter().filter(|(door, _)| is_live(door)).cloned());
            tables.experience.extend(news.experience.iter().filter(|(door, _)| is_live(door)).cloned());
            let days = news.days.iter().filter(|(door, ..)| is_live(door));
            tables.days.extend(days.map(|(door, day, happened)| ((door.clone(), *day), happened.clone())));
            if news.gateway.is_some() {
                tables.gateway.clone_from(&news.gateway);
            }
            tables.reports.retain(|door, _| !news.gone.contains(door));
            tables.days.retain(|(_, day), _| news.forget_before.is_none_or(|oldest| *day >= oldest));
            Ok(())
        })
    }

    async fn reports(&self) -> Result<BTreeMap<DoorKey, Reported>, StoreError> {
        self.db.read("OnDemandStore::reports", |state| Ok(state.on_demand.reports.clone()))
    }

    async fn experience(&self, stack: Option<StackId>) -> Result<BTreeMap<DoorKey, Experience>, StoreError> {
        self.db.read("OnDemandStore::experience", |state| {
            let mut all = state.on_demand.experience.clone();
            all.retain(|door, _| stack.is_none_or(|stack| door.stack == stack));
            Ok(all)
        })
    }

    async fn days(
        &self,
        stack: Option<StackId>,
        since: DayNumber,
    ) -> Result<BTreeMap<DoorKey, BTreeMap<DayNumber, Day>>, StoreError> {
        self.db.read("OnDemandStore::days", |state| {
            let mut found: BTreeMap<DoorKey, BTreeMap<DayNumber, Day>> = BTreeMap::new();
            for ((door, day), happened) in &state.on_demand.days {
                if *day >= since && stack.is_none_or(|stack| door.stack == stack) {
                    found.entry(door.clone()).or_default().insert(*day, happened.clone());
                }
            }
            Ok(found)
        })
    }

    async fn gateway(&self) -> Result<Option<GatewayReport>, StoreError> {
        self.db.read("OnDemandStore::gateway", |state| Ok(state.on_demand.gateway.clone()))
    }

    async fn wishes(&self) -> Result<BTreeMap<DoorKey, Wish>, StoreError> {
        self.db.read("OnDemandStore::wishes", |state| Ok(state.on_demand.wishes.clone()))
    }

    async fn wish(&self, door: &DoorKey, wish: &Wish, by: &Actor, now: Timestamp) -> Result<(), WishError> {
        self.db.write("OnDemandStore::wish", |state| {
            state.live_stack(door.stack).ok_or(WishError::StackNotFound)?;
            let was_there = state.on_demand.wishes.remove(door).is_some();
            let change = match (was_there, wish.is_empty()) {
                (false, true) => return Ok(()),
                (true, true) => Change::Removed,
                (true, false) => Change::Replaced,
                (false, false) => Change::Created,
            };
            if !wish.is_empty() {
                state.on_demand.wishes.insert(door.clone(), *wish);
            }
            state.audit(AuditEntry::on_demand_set(door, change, by, now));
            Ok(())
        })
    }
}
