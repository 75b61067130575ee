//! [`SessionStore`]: sessions of browsers.
//!
//! A trigger removes the sessions of a token with the token.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::access::Action;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::SessionId;
use core_monitor_domain::ports::{SessionStore, StoreError};
use core_monitor_domain::session::{Session, SessionHash, SessionLimits};
use core_monitor_domain::time::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::audit_log;
use crate::cell::{AsMillis, AsText};
use crate::database::Connections;
use crate::entity::session::{self, Column, Entity as Sessions};
use crate::rows;
use crate::store_error::store_error;

/// Sessions in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmSessionStore {
    db: Arc<Connections>,
}

impl SeaOrmSessionStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SessionStore for SeaOrmSessionStore {
    async fn open(&self, session: &Session, limits: &SessionLimits) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let stored = rows::list::<session::Model>(&*tx, Sessions::find()).await?;
        let leaving = limits.leaving(&stored, session);
        let gone: Vec<_> = leaving.over.iter().chain(&leaving.crowded_out).map(|id| AsText(*id)).collect();
        let gone = Sessions::delete_many().filter(Column::SessionId.is_in(gone));
        gone.exec(&*tx).await.map_err(store_error)?;
        for id in leaving.crowded_out {
            let (by, now) = (&session.actor, session.created_at);
            audit_log::append(&*tx, AuditEntry::session_closed(id, Action::SignIn, by, now)).await?;
        }
        Sessions::insert(session::row(session)).exec_without_returning(&*tx).await.map_err(store_error)?;
        audit_log::append(&*tx, AuditEntry::session_opened(session)).await?;
        tx.commit().await
    }

    async fn find(&self, hash: &SessionHash) -> Result<Option<Session>, StoreError> {
        let query = Sessions::find().filter(Column::Hash.eq(hash.to_vec()));
        rows::find::<session::Model>(self.db.reader(), query).await
    }

    async fn list(&self) -> Result<Vec<Session>, StoreError> {
        let query = Sessions::find().order_by_desc(Column::CreatedAt).order_by_desc(Column::SessionId);
        rows::list::<session::Model>(self.db.reader(), query).await
    }

    async fn touch(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        let used = Sessions::update_many()
            .col_expr(Column::UsedAt, Expr::value(AsMillis(now)))
            .filter(Column::SessionId.eq(AsText(id)))
            .filter(Column::UsedAt.lt(AsMillis(now)));
        let tx = self.db.write().await?;
        used.exec(&*tx).await.map_err(store_error)?;
        tx.commit().await
    }

    async fn close(
        &self,
        id: SessionId,
        action: Action,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        let gone = Sessions::delete_by_id(AsText(id)).exec(&*tx).await.map_err(store_error)?;
        let was_there = gone.rows_affected > 0;
        if was_there {
            audit_log::append(&*tx, AuditEntry::session_closed(id, action, by, now)).await?;
        }
        tx.commit().await?;
        Ok(was_there)
    }
}
