//! [`AdoptionStore`]: what imported stacks took over.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::{
    AdoptionStore, Import, NewStack, SaveError, Saved, StackChange, StoreError,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};

use crate::database::Connections;
use crate::sql::{self, Row, json, text};
use crate::stack_store::{create_in, replayed};
use crate::store_error::Place;
use crate::worker_queue::change_stack;

/// Adoptions in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmAdoptionStore {
    db: Arc<Connections>,
}

impl SeaOrmAdoptionStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl AdoptionStore for SeaOrmAdoptionStore {
    async fn import(&self, new: NewStack, import: Import) -> Result<Saved, SaveError> {
        let tx = self.db.write().await?;
        if let Some(earlier) = replayed(&tx, &new.version).await? {
            return Ok(earlier);
        }
        if let Some(other) = list(&*tx).await?.iter().find(|known| known.shares_with(&import.adoption)) {
            return Err(SaveError::Adopted { holder: other.stack_id });
        }
        let now = new.version.now;
        let mut saved = create_in(&tx, new).await?;
        let change = StackChange {
            current_version: Some(saved.version.version),
            release: Some(import.release),
            stopped_runs: Some(import.stopped_runs),
            deleted: false,
        };
        saved.stack.current_version = change.current_version;
        saved.stack.stopped_runs = change.stopped_runs.clone().unwrap_or_default();
        change_stack(&tx, saved.stack.id, change, now).await?;
        insert(&tx, &import.adoption).await?;
        tx.commit().await?;
        Ok(saved)
    }

    async fn list(&self) -> Result<Vec<Adoption>, StoreError> {
        list(self.db.reader()).await
    }
}

async fn insert(tx: &DatabaseTransaction, adoption: &Adoption) -> Result<(), StoreError> {
    sql::execute(
        tx,
        "INSERT INTO adoption (stack_id, version, containers, networks, volumes) VALUES ($1, $2, $3, $4, $5)",
        [
            text(adoption.stack_id),
            Value::from(i64::from(adoption.version.0)),
            json(&adoption.containers)?,
            json(&adoption.networks)?,
            json(&adoption.volumes)?,
        ],
    )
    .await?;
    Ok(())
}

async fn list(db: &impl ConnectionTrait) -> Result<Vec<Adoption>, StoreError> {
    let query = "SELECT a.stack_id, a.version, a.containers, a.networks, a.volumes
                 FROM adoption a JOIN stack s ON s.stack_id = a.stack_id
                 WHERE s.deleted_at IS NULL ORDER BY a.stack_id";
    let rows = sql::list::<AdoptionRow>(db, query, []).await?;
    rows.into_iter().map(AdoptionRow::into_adoption).collect()
}

#[derive(Debug, FromQueryResult)]
struct AdoptionRow {
    stack_id: String,
    version: i64,
    containers: String,
    networks: String,
    volumes: String,
}

impl Row for AdoptionRow {
    const TABLE: &'static str = "adoption";
}

impl AdoptionRow {
    fn into_adoption(self) -> Result<Adoption, StoreError> {
        let place = Place::new(Self::TABLE, &self.stack_id);
        Ok(Adoption {
            stack_id: place.parse("stack_id", &self.stack_id)?,
            version: place.number("version", self.version).map(VersionNumber)?,
            containers: place.json("containers", &self.containers)?,
            networks: place.json("networks", &self.networks)?,
            volumes: place.json("volumes", &self.volumes)?,
        })
    }
}
