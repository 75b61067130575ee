//! [`SecretStore`]: named secrets, with their values sealed.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::access::Action;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, Change};
use core_monitor_domain::ids::{NamedSecretId, VersionNumber};
use core_monitor_domain::named_secret::{
    NamedSecret, NamedSecretChange, NamedSecretName, NamedSecretVersion, NewSecretVersion, SecretUser,
};
use core_monitor_domain::ports::{NamedSecretError, SealedSecret, SecretStore, StoreError};
use core_monitor_domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait};

use crate::audit_log;
use crate::cell::AsText;
use crate::database::Connections;
use crate::entity::{named_secret, named_secret_version, setting};
use crate::rows;
use crate::secret_uses;
use crate::store_error::store_error;

/// Named secrets in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmSecretStore {
    db: Arc<Connections>,
}

impl SeaOrmSecretStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SecretStore for SeaOrmSecretStore {
    async fn list(&self, after: Option<NamedSecretName>, limit: u32) -> Result<Vec<NamedSecret>, StoreError> {
        rows::list::<named_secret::Model>(self.db.reader(), named_secret::page(after, limit)).await
    }

    async fn find(&self, name: &NamedSecretName) -> Result<Option<NamedSecret>, StoreError> {
        rows::find::<named_secret::Model>(self.db.reader(), named_secret::by_name(name)).await
    }

    async fn versions(&self, secret: NamedSecretId) -> Result<Vec<NamedSecretVersion>, StoreError> {
        let query = named_secret_version::newest(secret, NamedSecret::VERSIONS);
        let found = rows::list::<named_secret_version::Model>(self.db.reader(), query).await?;
        Ok(found.into_iter().map(|(version, _)| version).collect())
    }

    async fn sealed(
        &self,
        secret: NamedSecretId,
        number: VersionNumber,
    ) -> Result<Option<SealedSecret>, StoreError> {
        let query = named_secret_version::one(secret, number);
        let found = rows::find::<named_secret_version::Model>(self.db.reader(), query).await?;
        Ok(found.map(|(_, sealed)| sealed))
    }

    async fn users(
        &self,
        names: &[NamedSecretName],
    ) -> Result<BTreeMap<NamedSecretName, Vec<SecretUser>>, StoreError> {
        secret_uses::users(self.db.reader(), names).await
    }

    async fn add(
        &self,
        secret: &NamedSecret,
        sealed: &SealedSecret,
        most: u32,
    ) -> Result<(), NamedSecretError> {
        let tx = self.db.write().await?;
        if rows::find::<named_secret::Model>(&*tx, named_secret::by_name(&secret.name)).await?.is_some() {
            return Err(NamedSecretError::NameTaken);
        }
        if named_secret::Entity::find().count(&*tx).await.map_err(store_error)? >= u64::from(most) {
            return Err(NamedSecretError::TooMany { most });
        }
        let row = named_secret::row(secret)?;
        named_secret::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        let (by, now) = (&secret.created_by, secret.created_at);
        let first =
            NewSecretVersion { secret: secret.id, number: secret.latest.number, sealed: sealed.clone() };
        insert_version(&tx, &first, by, now).await?;
        let entry = AuditEntry::of_secret(&secret.name, Action::CreateSecret, Change::Created, by, now);
        audit_log::append(&*tx, entry).await?;
        count_change(&tx).await?;
        Ok(tx.commit().await?)
    }

    async fn add_version(
        &self,
        version: &NewSecretVersion,
        by: &Actor,
        now: Timestamp,
    ) -> Result<NamedSecret, NamedSecretError> {
        let tx = self.db.write().await?;
        let found = rows::find::<named_secret::Model>(&*tx, named_secret::by_id(version.secret)).await?;
        let mut secret = found.ok_or(NamedSecretError::NotFound)?;
        if version.number.0 != secret.latest.number.0.saturating_add(1) {
            return Err(NamedSecretError::Changed);
        }
        secret.latest =
            NamedSecretVersion { number: version.number, created_at: now, created_by: by.clone() };
        update(&tx, &secret).await?;
        insert_version(&tx, version, by, now).await?;
        let last = VersionNumber(version.number.0.saturating_sub(NamedSecret::VERSIONS));
        let oldest = named_secret_version::remove_until(secret.id, last);
        oldest.exec(&*tx).await.map_err(store_error)?;
        let entry = AuditEntry::of_secret(&secret.name, Action::AddSecretVersion, Change::Replaced, by, now);
        audit_log::append(&*tx, entry).await?;
        count_change(&tx).await?;
        tx.commit().await?;
        Ok(secret)
    }

    async fn change(
        &self,
        name: &NamedSecretName,
        change: NamedSecretChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<NamedSecret, NamedSecretError> {
        let tx = self.db.write().await?;
        let found = rows::find::<named_secret::Model>(&*tx, named_secret::by_name(name)).await?;
        let mut secret = found.ok_or(NamedSecretError::NotFound)?;
        change.apply(&mut secret);
        update(&tx, &secret).await?;
        let entry = AuditEntry::of_secret(name, Action::ChangeSecret, Change::Replaced, by, now);
        audit_log::append(&*tx, entry).await?;
        count_change(&tx).await?;
        tx.commit().await?;
        Ok(secret)
    }

    async fn remove(
        &self,
        name: &NamedSecretName,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), NamedSecretError> {
        let tx = self.db.write().await?;
        let found = rows::find::<named_secret::Model>(&*tx, named_secret::by_name(name)).await?;
        let secret = found.ok_or(NamedSecretError::NotFound)?;
        let users = secret_uses::users(&*tx, std::slice::from_ref(name)).await?.remove(name);
        if let Some(stacks) = users {
            return Err(NamedSecretError::InUse { stacks });
        }
        let versions = named_secret_version::remove_until(secret.id, secret.latest.number);
        versions.exec(&*tx).await.map_err(store_error)?;
        named_secret::Entity::delete_by_id(AsText(secret.id)).exec(&*tx).await.map_err(store_error)?;
        let entry = AuditEntry::of_secret(name, Action::DeleteSecret, Change::Removed, by, now);
        audit_log::append(&*tx, entry).await?;
        count_change(&tx).await?;
        Ok(tx.commit().await?)
    }
}

/// How often named secrets were changed: how stacks stand is judged again after a change.
pub(crate) async fn changes(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    let text = rows::value::<String>(db, setting::value(setting::SECRET_CHANGES)).await?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}

async fn count_change(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    let count = changes(tx).await?.saturating_add(1);
    setting::secret_changes(count).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}

async fn update(tx: &DatabaseTransaction, secret: &NamedSecret) -> Result<(), StoreError> {
    let row = named_secret::row(secret)?;
    named_secret::Entity::update(row).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}

async fn insert_version(
    tx: &DatabaseTransaction,
    version: &NewSecretVersion,
    by: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = named_secret_version::row(version, by, now);
    named_secret_version::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}
