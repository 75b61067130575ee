//! [`VersionRecords`]: the tags of versions, and the images of their releases.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, Change};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{StoreError, TagError, VersionRecords};
use core_monitor_domain::stack_version::{VersionRecord, VersionTag};
use core_monitor_domain::time::Timestamp;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::audit_log;
use crate::database::Connections;
use crate::entity::{release, stack, stack_version, version_tag};
use crate::rows;
use crate::store_error::store_error;

/// Tags and releases in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmVersionRecords {
    db: Arc<Connections>,
}

impl SeaOrmVersionRecords {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl VersionRecords for SeaOrmVersionRecords {
    async fn between(
        &self,
        stack: StackId,
        first: VersionNumber,
        last: VersionNumber,
    ) -> Result<BTreeMap<VersionNumber, VersionRecord>, StoreError> {
        let db = self.db.reader();
        let mut records: BTreeMap<VersionNumber, VersionRecord> = BTreeMap::new();
        let tags = version_tag::between(stack, first, last);
        for (version, tag) in rows::list::<version_tag::Model>(db, tags).await? {
            records.entry(version).or_default().tag = Some(tag);
        }
        let releases = release::last_between(stack, first, last);
        for release in rows::list::<release::Model>(db, releases).await? {
            records.entry(release.version).or_default().images = release.images;
        }
        Ok(records)
    }

    async fn tag(
        &self,
        stack: StackId,
        version: VersionNumber,
        tag: Option<VersionTag>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), TagError> {
        let tx = self.db.write().await?;
        if stack::live(stack).count(&*tx).await.map_err(store_error)? == 0 {
            return Err(TagError::StackNotFound);
        }
        if stack_version::one(stack, version).count(&*tx).await.map_err(store_error)? == 0 {
            return Err(TagError::VersionNotFound);
        }
        if let Some(tag) = &tag {
            let holder = rows::find::<version_tag::Model>(&*tx, version_tag::holder(stack, tag)).await?;
            if let Some((holder, _)) = holder.filter(|(holder, _)| *holder != version) {
                return Err(TagError::Taken { holder });
            }
        }
        let known = version_tag::between(stack, version, version);
        let before = rows::find::<version_tag::Model>(&*tx, known).await?.map(|(_, tag)| tag);
        let Some(change) = Change::between(before.as_ref(), tag.as_ref()) else { return Ok(()) };
        version_tag::remove(stack, version).exec(&*tx).await.map_err(store_error)?;
        if let Some(tag) = tag {
            let row = version_tag::row(stack, version, tag);
            version_tag::Entity::insert(row).exec_without_returning(&*tx).await.map_err(store_error)?;
        }
        audit_log::append(&*tx, AuditEntry::version_tagged(stack, change, by, now)).await?;
        tx.commit().await?;
        Ok(())
    }
}
