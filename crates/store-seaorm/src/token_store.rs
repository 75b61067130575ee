//! [`TokenStore`]: API tokens by their hashes, and the identity of this installation.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::{Actor, ActorName};
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{InstanceId, TokenId};
use core_monitor_domain::ports::{StoreError, Token, TokenError, TokenStore};
use core_monitor_domain::time::Timestamp;
use sea_orm::{DatabaseTransaction, EntityTrait, QueryOrder};

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

    async fn find(&self, id: TokenId) -> Result<Option<Token>, StoreError> {
        rows::find::<token::Model>(self.db.reader(), token::by_id(id)).await
    }

    async fn of_hash(&self, hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        rows::find::<token::Model>(self.db.reader(), token::by_hash(hash)).await
    }

    async fn add(&self, token: &Token, most: u32, by: &Actor) -> Result<(), TokenError> {
        let tx = self.db.write().await?;
        let known = rows::list::<token::Model>(&*tx, token::Entity::find()).await?;
        if known.iter().any(|known| known.name == token.name) {
            return Err(TokenError::NameTaken);
        }
        if known.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return Err(TokenError::TooMany { most });
        }
        insert(&tx, token).await?;
        audit_log::append(&*tx, AuditEntry::token_issued(&token.name, by, token.created_at, false)).await?;
        Ok(tx.commit().await?)
    }

    async fn replace(&self, token: &Token, by: &Actor) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let earlier = token::remove(&token.name).exec(&*tx).await.map_err(store_error)?;
        insert(&tx, token).await?;
        let was_there = earlier.rows_affected > 0;
        audit_log::append(&*tx, AuditEntry::token_issued(&token.name, by, token.created_at, was_there))
            .await?;
        tx.commit().await
    }

    async fn revoke(&self, name: &ActorName, by: &Actor, now: Timestamp) -> Result<(), TokenError> {
        let tx = self.db.write().await?;
        let removed = token::remove(name).exec(&*tx).await.map_err(store_error)?;
        if removed.rows_affected == 0 {
            return Err(TokenError::NotFound);
        }
        audit_log::append(&*tx, AuditEntry::token_revoked(name, by, now)).await?;
        Ok(tx.commit().await?)
    }

    async fn touch(&self, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        token::touch(id, now).exec(&*tx).await.map_err(store_error)?;
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

async fn insert(tx: &DatabaseTransaction, token: &Token) -> Result<(), StoreError> {
    token::Entity::insert(token::row(token)?).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}
