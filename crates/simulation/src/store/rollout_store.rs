//! [`RolloutStore`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::ports::{RolloutStore, StoreError};
use core_monitor_domain::template::Rollout;
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;
use super::key_list_store::name;

/// The newest rollouts of the templates that are not deleted.
pub(super) type Rollouts = BTreeMap<TemplateId, Rollout>;

/// Rollouts in memory.
#[derive(Debug, Clone)]
pub struct SimRolloutStore {
    db: SimDatabase,
}

impl SimRolloutStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl RolloutStore for SimRolloutStore {
    async fn begin(&self, template: TemplateId, rollout: &Rollout) -> Result<Option<Rollout>, StoreError> {
        self.db.write("RolloutStore::begin", |state| {
            let name = name(state, template)?;
            let before = state.rollouts.get(&template);
            let was_there = before.is_some();
            if let Some(under_way) = before.filter(|before| before.state.is_open()) {
                return Ok(Some(under_way.clone()));
            }
            state.rollouts.insert(template, rollout.clone());
            state.audit(AuditEntry::rollout_started(&name, &rollout.by, rollout.started_at, was_there));
            Ok(None)
        })
    }

    async fn advance(
        &self,
        template: TemplateId,
        seen: &Rollout,
        next: &Rollout,
    ) -> Result<bool, StoreError> {
        self.db.write("RolloutStore::advance", |state| {
            let is_as_seen = state.rollouts.get(&template) == Some(seen);
            if is_as_seen {
                state.rollouts.insert(template, next.clone());
            }
            Ok(is_as_seen)
        })
    }

    async fn cancel(
        &self,
        template: TemplateId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Rollout>, StoreError> {
        self.db.write("RolloutStore::cancel", |state| {
            let Some(before) = state.rollouts.get(&template).cloned() else { return Ok(None) };
            let after = before.clone().cancelled();
            if after != before {
                let name = name(state, template)?;
                state.rollouts.insert(template, after.clone());
                state.audit(AuditEntry::rollout_cancelled(&name, by, now));
            }
            Ok(Some(after))
        })
    }

    async fn find(&self, template: TemplateId) -> Result<Option<Rollout>, StoreError> {
        self.db.read("RolloutStore::find", |state| Ok(state.rollouts.get(&template).cloned()))
    }

    async fn open(&self) -> Result<Vec<(TemplateId, Rollout)>, StoreError> {
        self.db.read("RolloutStore::open", |state| {
            let open = state.rollouts.iter().filter(|(_, rollout)| rollout.state.is_open());
            Ok(open.map(|(template, rollout)| (*template, rollout.clone())).collect())
        })
    }
}
