//! [`UserStore`]: users, with their passwords and invitations as hashes.
//!
//! A trigger removes the sessions of a user with the user.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::access::Action;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{StoreError, UserError, UserStore};
use core_monitor_domain::session::Session;
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{ProviderSubject, User, UserChange, UserName};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};

use crate::audit_log;
use crate::cell::AsText;
use crate::database::Connections;
use crate::entity::{session, user};
use crate::rows;
use crate::store_error::store_error;

/// Users in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmUserStore {
    db: Arc<Connections>,
}

impl SeaOrmUserStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl UserStore for SeaOrmUserStore {
    async fn list(&self, after: Option<UserName>, limit: u32) -> Result<Vec<User>, StoreError> {
        rows::list::<user::Model>(self.db.reader(), user::page(after, limit)).await
    }

    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        rows::find::<user::Model>(self.db.reader(), user::by_id(id)).await
    }

    async fn named(&self, name: &UserName) -> Result<Option<User>, StoreError> {
        rows::find::<user::Model>(self.db.reader(), user::by_name(name)).await
    }

    async fn invited(&self, hash: &[u8; 32]) -> Result<Option<User>, StoreError> {
        rows::find::<user::Model>(self.db.reader(), user::by_invitation(hash)).await
    }

    async fn provided(&self, subject: &ProviderSubject) -> Result<Option<User>, StoreError> {
        rows::find::<user::Model>(self.db.reader(), user::by_subject(subject)).await
    }

    async fn add(&self, user: &User, most: u32, by: &Actor) -> Result<(), UserError> {
        let tx = self.db.write().await?;
        if rows::find::<user::Model>(&*tx, user::by_name(&user.name)).await?.is_some() {
            return Err(UserError::NameTaken);
        }
        if count(&tx).await? >= u64::from(most) {
            return Err(UserError::TooMany { most });
        }
        insert(&tx, user).await?;
        audit_log::append(&*tx, AuditEntry::user_added(user, user.added_by(), by)).await?;
        Ok(tx.commit().await?)
    }

    async fn add_first(&self, user: &User) -> Result<(), UserError> {
        let tx = self.db.write().await?;
        if count(&tx).await? > 0 {
            return Err(UserError::NotFirst);
        }
        insert(&tx, user).await?;
        audit_log::append(&*tx, AuditEntry::user_added(user, Action::SetUp, &user.actor())).await?;
        Ok(tx.commit().await?)
    }

    async fn change(
        &self,
        id: UserId,
        change: &UserChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<User, UserError> {
        let tx = self.db.write().await?;
        let mut user = rows::find::<user::Model>(&*tx, user::by_id(id)).await?.ok_or(UserError::NotFound)?;
        let administered = user.administers();
        change.apply(&mut user, now)?;
        if administered && !user.administers() {
            somebody_else_administers(&tx, id).await?;
        }
        user::Entity::update(user::row(&user)?).exec_without_returning(&*tx).await.map_err(store_error)?;
        end_sessions(&tx, &user, change).await?;
        if let Some(entry) = AuditEntry::user_changed(&user, change, by, now) {
            audit_log::append(&*tx, entry).await?;
        }
        tx.commit().await?;
        Ok(user)
    }

    async fn remove(&self, name: &UserName, by: &Actor, now: Timestamp) -> Result<(), UserError> {
        let tx = self.db.write().await?;
        let user = rows::find::<user::Model>(&*tx, user::by_name(name)).await?.ok_or(UserError::NotFound)?;
        if user.administers() {
            somebody_else_administers(&tx, user.id).await?;
        }
        user::Entity::delete_by_id(AsText(user.id)).exec(&*tx).await.map_err(store_error)?;
        audit_log::append(&*tx, AuditEntry::user_removed(&user, by, now)).await?;
        Ok(tx.commit().await?)
    }
}

async fn count(tx: &DatabaseTransaction) -> Result<u64, StoreError> {
    user::Entity::find().count(tx).await.map_err(store_error)
}

async fn insert(tx: &DatabaseTransaction, user: &User) -> Result<(), StoreError> {
    user::Entity::insert(user::row(user)?).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}

async fn somebody_else_administers(tx: &DatabaseTransaction, than: UserId) -> Result<(), UserError> {
    match rows::find::<user::Model>(tx, user::other_administrator(than)).await? {
        Some(_) => Ok(()),
        None => Err(UserError::LastAdministrator),
    }
}

async fn end_sessions(tx: &DatabaseTransaction, user: &User, change: &UserChange) -> Result<(), StoreError> {
    let own = session::Entity::find().filter(session::Column::Actor.eq(user.actor().to_string()));
    let own: Vec<Session> = rows::list::<session::Model>(tx, own).await?;
    let ended: Vec<_> =
        own.iter().filter(|session| change.ends(session.id)).map(|session| AsText(session.id)).collect();
    if ended.is_empty() {
        return Ok(());
    }
    let ended = session::Entity::delete_many().filter(session::Column::SessionId.is_in(ended));
    ended.exec(tx).await.map_err(store_error)?;
    Ok(())
}
