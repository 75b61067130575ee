//! [`KeyListStore`]: the lists of keys of templates, and the marks of the instances that are missing from them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::{KeyListStore, StoreError};
use core_monitor_domain::template::{KeyList, KeySource};
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

use crate::audit_log;
use crate::cell::AsMillis;
use crate::database::Connections;
use crate::entity::{instance, key_list, template};
use crate::rows;
use crate::store_error::store_error;

/// Lists of keys in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmKeyListStore {
    db: Arc<Connections>,
}

impl SeaOrmKeyListStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl KeyListStore for SeaOrmKeyListStore {
    async fn set_source(
        &self,
        template: TemplateId,
        source: KeySource,
        by: &Actor,
        now: Timestamp,
    ) -> Result<KeyList, StoreError> {
        let tx = self.db.write().await?;
        let name = template::existing(&*tx, template).await?.name;
        let (list, was_there) = match of(&*tx, template).await? {
            Some(before) if before.source == source => return Ok(before),
            Some(before) => (before.sourced(source), true),
            None => (KeyList::from_now_on(source), false),
        };
        put(&tx, template, &list).await?;
        audit_log::append(&*tx, AuditEntry::key_list_changed(&name, by, now, was_there)).await?;
        tx.commit().await?;
        Ok(list)
    }

    async fn take(
        &self,
        template: TemplateId,
        from: &KeySource,
        keys: BTreeSet<InstanceKey>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let before = of(&*tx, template).await?;
        let Some(list) = before.and_then(|list| list.taken(from, keys, at)) else { return Ok(()) };
        put(&tx, template, &list).await?;
        tx.commit().await
    }

    async fn fail(
        &self,
        template: TemplateId,
        from: &KeySource,
        trouble: Message,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        let before = of(&*tx, template).await?;
        let Some(list) = before.and_then(|list| list.failed(from, trouble, at)) else { return Ok(()) };
        put(&tx, template, &list).await?;
        tx.commit().await
    }

    async fn remove(&self, template: TemplateId, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        let tx = self.db.write().await?;
        let gone = key_list::remove(template).exec(&*tx).await.map_err(store_error)?;
        if gone.rows_affected == 0 {
            return Ok(false);
        }
        mark(&tx, template, None).await?;
        let name = template::existing(&*tx, template).await?.name;
        audit_log::append(&*tx, AuditEntry::key_list_removed(&name, by, now)).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn find(&self, template: TemplateId) -> Result<Option<KeyList>, StoreError> {
        of(self.db.reader(), template).await
    }

    async fn all(&self) -> Result<BTreeMap<TemplateId, KeyList>, StoreError> {
        // The list of a template goes when the template is deleted.
        let all = key_list::Entity::find();
        Ok(rows::list::<key_list::Model>(self.db.reader(), all).await?.into_iter().collect())
    }
}

async fn of(db: &impl ConnectionTrait, template: TemplateId) -> Result<Option<KeyList>, StoreError> {
    let found = rows::find::<key_list::Model>(db, key_list::of(template)).await?;
    Ok(found.map(|(_, list)| list))
}

/// Stores a list in the place of the one before, and marks the instances.
async fn put(tx: &DatabaseTransaction, template: TemplateId, list: &KeyList) -> Result<(), StoreError> {
    let insert = key_list::Entity::insert(key_list::row(template, list)?).on_conflict(key_list::again());
    insert.exec_without_returning(tx).await.map_err(store_error)?;
    mark(tx, template, Some(list)).await
}

/// Marks the instances of a template as its list says; without one, no mark stays.
async fn mark(
    tx: &DatabaseTransaction,
    template: TemplateId,
    list: Option<&KeyList>,
) -> Result<(), StoreError> {
    for instance in rows::list::<instance::Model>(tx, instance::of(template)).await? {
        let before = instance.unlisted_since;
        let since = list.and_then(|list| list.missing_since(&instance.key, instance.created_at, before));
        if since != before {
            let change = instance::ActiveModel {
                unlisted_since: Set(since.map(AsMillis)),
                ..instance::ActiveModel::default()
            };
            instance::update(instance.stack, change).exec(tx).await.map_err(store_error)?;
        }
    }
    Ok(())
}
