//! [`ChangeMarks`]: where the tables stand, from the ends of their indexes.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{ChangeMarks, Marks, StoreError};
use sea_orm::{EntityTrait, PartialModelTrait, QuerySelect};

use crate::database::Connections;
use crate::entity::{audit, command_event, observation_host, observation_stack};
use crate::rows;
use crate::secret_store;

/// The ends of the tables in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmChangeMarks {
    db: Arc<Connections>,
}

impl SeaOrmChangeMarks {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl ChangeMarks for SeaOrmChangeMarks {
    async fn marks(&self) -> Result<Marks, StoreError> {
        let tx = self.db.read().await?;
        let event = rows::value::<Option<i64>>(&tx, command_event::last()).await?;
        let audit = rows::value::<Option<i64>>(&tx, audit::last()).await?;
        let only = observation_host::Entity::find_by_id(observation_host::ONLY).select_only();
        let look = observation_host::Look::select_cols(only);
        let host = rows::find::<observation_host::Look>(&tx, look).await?;
        let secrets = secret_store::changes(&tx).await?;
        let (observed_at, host) = host.map_or((None, String::new()), |(at, hash)| (Some(at), hash));
        Ok(Marks {
            event: event.flatten().unwrap_or_default(),
            audit: audit.flatten().unwrap_or_default(),
            secrets,
            observed_at,
            host,
        })
    }

    async fn observed(&self) -> Result<BTreeMap<StackId, String>, StoreError> {
        let hashes = observation_stack::Hash::select_cols(observation_stack::Entity::find().select_only());
        Ok(rows::list::<observation_stack::Hash>(self.db.reader(), hashes).await?.into_iter().collect())
    }
}
