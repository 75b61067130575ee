//! [`ObservationStore`]: the newest observation, shared through the database.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::observation::{HostObservation, Observation, ObservedContainer};
use core_monitor_domain::ports::{ObservationStore, StoreError};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PartialModelTrait, QueryFilter, QuerySelect};
use sha2::{Digest, Sha256};

use crate::cell::{AsMillis, AsText, Json};
use crate::database::Connections;
use crate::entity::{observation_host, observation_stack};
use crate::rows;
use crate::store_error::store_error;

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
        // Do everything that takes time before taking the write lock.
        let host = Document::of_host(&observation.host)?;
        let stacks = by_stack(&observation.containers)?;
        let tx = self.db.write().await?;
        save_host(&tx, host, observation.host.taken_at).await?;
        save_stacks(&tx, stacks).await?;
        tx.commit().await
    }

    async fn host(&self) -> Result<Option<HostObservation>, StoreError> {
        let only = observation_host::Entity::find_by_id(observation_host::ONLY);
        rows::find::<observation_host::Model>(self.db.reader(), only).await
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
        let these = observation_stack::Column::StackId.is_in(stacks.iter().map(AsText));
        let query = observation_stack::Entity::find().filter(these);
        let found = rows::list::<observation_stack::Model>(self.db.reader(), query).await?;
        let mut found: BTreeMap<_, _> = found.into_iter().collect();
        Ok(stacks.iter().map(|stack| (*stack, found.remove(stack).unwrap_or_default())).collect())
    }
}

/// A document and its hash.
struct Document {
    body: Json,
    hash: String,
}

impl Document {
    fn new(body: Json) -> Self {
        let mut hash = String::with_capacity(64);
        for byte in Sha256::digest(body.as_str().as_bytes()) {
            // Writing to a String cannot fail.
            let _ = write!(hash, "{byte:02x}");
        }
        Self { body, hash }
    }

    /// The time has its own column, otherwise no two bodies would ever be equal.
    fn of_host(host: &HostObservation) -> Result<Self, StoreError> {
        let epoch = Timestamp::from_millis(0).unwrap_or(host.taken_at);
        Json::of(&HostObservation { taken_at: epoch, ..host.clone() }).map(Self::new)
    }
}

fn by_stack(containers: &[ObservedContainer]) -> Result<BTreeMap<StackId, Document>, StoreError> {
    let mut stacks: BTreeMap<StackId, Vec<&ObservedContainer>> = BTreeMap::new();
    for container in containers {
        if let Some(stack) = container.stack_id() {
            stacks.entry(stack).or_default().push(container);
        }
    }
    let document = |(stack, containers)| Ok((stack, Document::new(Json::of(&containers)?)));
    stacks.into_iter().map(document).collect()
}

async fn save_host(tx: &DatabaseTransaction, host: Document, taken_at: Timestamp) -> Result<(), StoreError> {
    use observation_host::{ActiveModel, Column, Entity, ONLY};

    let same = Entity::update_many()
        .set(ActiveModel { taken_at: Set(AsMillis(taken_at)), ..ActiveModel::default() })
        .filter(Column::Id.eq(ONLY))
        .filter(Column::Hash.eq(&host.hash));
    if same.exec(tx).await.map_err(store_error)?.rows_affected == 0 {
        let row = ActiveModel {
            id: Set(ONLY),
            taken_at: Set(AsMillis(taken_at)),
            hash: Set(host.hash),
            body: Set(host.body),
        };
        let again = OnConflict::column(Column::Id)
            .update_columns([Column::TakenAt, Column::Hash, Column::Body])
            .to_owned();
        Entity::insert(row).on_conflict(again).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}

async fn save_stacks(
    tx: &DatabaseTransaction,
    stacks: BTreeMap<StackId, Document>,
) -> Result<(), StoreError> {
    use observation_stack::{ActiveModel, Column, Entity, Hash};

    let stored = rows::list::<Hash>(tx, Hash::select_cols(Entity::find().select_only())).await?;
    let stored: BTreeMap<StackId, String> = stored.into_iter().collect();
    for gone in stored.keys().filter(|stack| !stacks.contains_key(*stack)) {
        Entity::delete_by_id(AsText(*gone)).exec(tx).await.map_err(store_error)?;
    }
    for (stack, document) in stacks {
        if stored.get(&stack) == Some(&document.hash) {
            continue;
        }
        let row =
            ActiveModel { stack_id: Set(AsText(stack)), hash: Set(document.hash), body: Set(document.body) };
        let again =
            OnConflict::column(Column::StackId).update_columns([Column::Hash, Column::Body]).to_owned();
        Entity::insert(row).on_conflict(again).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}
