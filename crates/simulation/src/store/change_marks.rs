//! [`ChangeMarks`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::HostObservation;
use core_monitor_domain::ports::{ChangeMarks, Marks, StoreError};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;

/// Where the tables in memory stand.
#[derive(Debug, Clone)]
pub struct SimChangeMarks {
    db: SimDatabase,
}

impl SimChangeMarks {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ChangeMarks for SimChangeMarks {
    async fn marks(&self) -> Result<Marks, StoreError> {
        self.db.read("ChangeMarks::marks", |state| {
            let timeless =
                |host: &HostObservation| HostObservation { taken_at: Timestamp::beginning(), ..host.clone() };
            Ok(Marks {
                event: state.events.last().map_or(0, |event| event.id),
                audit: state.audit.last().map_or(0, |record| record.id),
                secrets: state.named.changes,
                observed_at: state.host.as_ref().map(|host| host.taken_at),
                host: state.host.as_ref().map(|host| format!("{:?}", timeless(host))).unwrap_or_default(),
            })
        })
    }

    async fn observed(&self) -> Result<BTreeMap<StackId, String>, StoreError> {
        self.db.read("ChangeMarks::observed", |state| {
            let marks =
                state.containers.iter().map(|(stack, containers)| (*stack, format!("{containers:?}")));
            Ok(marks.collect())
        })
    }
}
