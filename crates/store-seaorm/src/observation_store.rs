//! [`ObservationStore`]: the newest observation, shared through the database.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{HostObservation, Observation, ObservedContainer};
use core_monitor_domain::ports::{ObservationStore, StoreError};
use core_monitor_domain::time::Timestamp;
use sea_orm::{DatabaseTransaction, FromQueryResult, Value};
use sha2::{Digest, Sha256};

use crate::database::Connections;
use crate::sql::{self, Row, json_text, millis, text};
use crate::store_error::Place;

/// The observation in the database: the host in one row, the containers in one row per stack.
#[derive(Debug, Clone)]
pub struct SeaOrmObservationStore {
    db: Arc<Connections>,
}

impl SeaOrmObservationStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ObservationStore for SeaOrmObservationStore {
    async fn save(&self, observation: &Observation) -> Result<(), StoreError> {
        // Everything that takes time happens before the write lock is taken.
        let host = Document::of_host(&observation.host)?;
        let stacks = by_stack(&observation.containers)?;
        let tx = self.db.write().await?;
        save_host(&tx, &host, observation.host.taken_at).await?;
        save_stacks(&tx, &stacks).await?;
        tx.commit().await
    }

    async fn host(&self) -> Result<Option<HostObservation>, StoreError> {
        let query = "SELECT taken_at, body FROM observation_host WHERE id = 1";
        let Some(row) = sql::find::<HostRow>(self.db.reader(), query, []).await? else { return Ok(None) };
        let place = Place::new(HostRow::TABLE, &1);
        let host: HostObservation = place.json("body", &row.body)?;
        Ok(Some(HostObservation { taken_at: place.time("taken_at", row.taken_at)?, ..host }))
    }

    async fn containers(&self, stack: StackId) -> Result<Vec<ObservedContainer>, StoreError> {
        let found = self.containers_of(&[stack]).await?;
        Ok(found.into_iter().next().map(|(_, containers)| containers).unwrap_or_default())
    }

    async fn containers_of(
        &self,
        stacks: &[StackId],
    ) -> Result<Vec<(StackId, Vec<ObservedContainer>)>, StoreError> {
        if stacks.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<_> = (1..=stacks.len()).map(|place| format!("${place}")).collect();
        let query =
            format!("SELECT stack_id, body FROM observation_stack WHERE stack_id IN ({})", places.join(", "));
        let rows = sql::list::<StackRow>(self.db.reader(), &query, stacks.iter().map(text)).await?;
        let mut found = BTreeMap::new();
        for row in rows {
            let place = Place::new(StackRow::TABLE, &row.stack_id);
            let id: StackId = place.parse("stack_id", &row.stack_id)?;
            found.insert(id, place.json::<Vec<ObservedContainer>>("body", &row.body)?);
        }
        Ok(stacks.iter().map(|stack| (*stack, found.remove(stack).unwrap_or_default())).collect())
    }
}

#[derive(Debug, FromQueryResult)]
struct HostRow {
    taken_at: i64,
    body: String,
}

impl Row for HostRow {
    const TABLE: &'static str = "observation_host";
}

#[derive(Debug, FromQueryResult)]
struct StackRow {
    stack_id: String,
    body: String,
}

impl Row for StackRow {
    const TABLE: &'static str = "observation_stack";
}

#[derive(Debug, FromQueryResult)]
struct StoredHash {
    stack_id: String,
    hash: String,
}

impl Row for StoredHash {
    const TABLE: &'static str = "observation_stack";
}

/// A JSON text and what tells it from another.
struct Document {
    body: String,
    hash: String,
}

impl Document {
    fn new(body: String) -> Self {
        let mut hash = String::with_capacity(64);
        for byte in Sha256::digest(body.as_bytes()) {
            // Writing to a String cannot fail.
            let _ = write!(hash, "{byte:02x}");
        }
        Self { body, hash }
    }

    /// The time is a column of its own, or no two bodies would ever be equal.
    fn of_host(host: &HostObservation) -> Result<Self, StoreError> {
        let epoch = Timestamp::from_millis(0).unwrap_or(host.taken_at);
        json_text(&HostObservation { taken_at: epoch, ..host.clone() }).map(Self::new)
    }
}

fn by_stack(containers: &[ObservedContainer]) -> Result<BTreeMap<String, Document>, StoreError> {
    let mut stacks: BTreeMap<StackId, Vec<&ObservedContainer>> = BTreeMap::new();
    for container in containers {
        if let Some(stack) = container.stack_id() {
            stacks.entry(stack).or_default().push(container);
        }
    }
    let document = |(stack, containers): (StackId, Vec<_>)| {
        Ok((stack.to_string(), Document::new(json_text(&containers)?)))
    };
    stacks.into_iter().map(document).collect()
}

async fn save_host(tx: &DatabaseTransaction, host: &Document, taken_at: Timestamp) -> Result<(), StoreError> {
    let same = "UPDATE observation_host SET taken_at = $1 WHERE id = 1 AND hash = $2";
    if sql::execute(tx, same, [millis(taken_at), text(&host.hash)]).await? == 0 {
        sql::execute(
            tx,
            "INSERT INTO observation_host (id, taken_at, hash, body) VALUES (1, $1, $2, $3)
             ON CONFLICT (id) DO UPDATE
             SET taken_at = excluded.taken_at, hash = excluded.hash, body = excluded.body",
            [millis(taken_at), text(&host.hash), text(&host.body)],
        )
        .await?;
    }
    Ok(())
}

async fn save_stacks(
    tx: &DatabaseTransaction,
    stacks: &BTreeMap<String, Document>,
) -> Result<(), StoreError> {
    let stored = sql::list::<StoredHash>(tx, "SELECT stack_id, hash FROM observation_stack", []).await?;
    let stored: BTreeMap<String, String> = stored.into_iter().map(|row| (row.stack_id, row.hash)).collect();
    for gone in stored.keys().filter(|stack| !stacks.contains_key(*stack)) {
        let delete = "DELETE FROM observation_stack WHERE stack_id = $1";
        sql::execute(tx, delete, [Value::from(gone.as_str())]).await?;
    }
    for (stack, document) in stacks {
        if stored.get(stack) == Some(&document.hash) {
            continue;
        }
        sql::execute(
            tx,
            "INSERT INTO observation_stack (stack_id, hash, body) VALUES ($1, $2, $3)
             ON CONFLICT (stack_id) DO UPDATE SET hash = excluded.hash, body = excluded.body",
            [text(stack), text(&document.hash), text(&document.body)],
        )
        .await?;
    }
    Ok(())
}
