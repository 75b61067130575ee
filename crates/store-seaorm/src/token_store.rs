//! [`TokenStore`]: API tokens by their hashes, and the identity of this installation.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{StoreError, Token, TokenStore};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::audit_log;
use crate::database::Connections;
use crate::entity::{setting, token};
use crate::rows;
use crate::store_error::store_error;

/// Tokens in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmTokenStore {
    db: Arc<Connections>,
}

impl SeaOrmTokenStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl TokenStore for SeaOrmTokenStore {
    async fn list(&self) -> Result<Vec<Token>, StoreError> {
        rows::list::<token::Model>(self.db.reader(), token::Entity::find().order_by_asc(token::Column::Name))
            .await
    }

    async fn replace(&self, token: &Token, by: &Actor) -> Result<(), StoreError> {
        let same_name = token::Entity::delete_many().filter(token::Column::Name.eq(token.name.as_str()));
        let tx = self.db.write().await?;
        let earlier = same_name.exec(&*tx).await.map_err(store_error)?;
        token::Entity::insert(token::row(token)).exec_without_returning(&*tx).await.map_err(store_error)?;
        audit_log::append(
            &*tx,
            AuditEntry::token_issued(&token.name, by, token.created_at, earlier.rows_affected > 0),
        )
        .await?;
        tx.commit().await
    }

    async fn instance(&self, candidate: InstanceId) -> Result<InstanceId, StoreError> {
        let tx = self.db.write().await?;
        let known =
            rows::find::<setting::Model>(&*tx, setting::Entity::find_by_id(setting::INSTANCE)).await?;
        if let Some(instance) = known {
            return Ok(instance);
        }
        let row = setting::instance(candidate);
        setting::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        tx.commit().await?;
        Ok(candidate)
    }
}
