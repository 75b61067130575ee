//! [`StackStore`]: stacks, versions and releases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, SlotKey};
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::named_secret::{LatestSecret, NamedSecretName};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{
    Deployed, IfMatch, NewApply, NewDeployment, NewStack, NewVersion, Page, SaveError, Saved, SealedSecret,
    StackChange, StackFilter, StackStore, StoreError,
};
use core_monitor_domain::release::Release;
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack::{SettingsChange, Stack, StackLabels};
use core_monitor_domain::stack_version::{FileEntry, SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::audit_log;
use crate::cell::{AsInteger, AsMillis, AsText, Json};
use crate::database::Connections;
use crate::deployments;
use crate::entity::{named_secret, release, stack, stack_file, stack_secret, stack_version};
use crate::many_versions;
use crate::rows;
use crate::saved_versions::{add_in, create_in, replayed};
use crate::secret_uses;
use crate::stack_objects;
use crate::store_error::store_error;

/// Stacks in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmStackStore {
    db: Arc<Connections>,
}

impl SeaOrmStackStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl StackStore for SeaOrmStackStore {
    async fn create(&self, new: NewStack) -> Result<Saved, SaveError> {
        let tx = self.db.write().await?;
        if let Some(earlier) = replayed(&tx, &new.version).await? {
            return Ok(earlier);
        }
        let saved = create_in(&tx, new).await?;
        tx.commit().await?;
        Ok(saved)
    }

    async fn add_version(
        &self,
        stack: StackId,
        if_match: IfMatch,
        new: NewVersion,
    ) -> Result<Saved, SaveError> {
        let unnoted = stack_objects::unnoted(self.db.reader(), stack).await?;
        let tx = self.db.write().await?;
        if let Some(earlier) = replayed(&tx, &new).await? {
            return Ok(earlier);
        }
        let saved = add_in(&tx, stack, if_match, new, unnoted).await?;
        tx.commit().await?;
        Ok(saved)
    }

    async fn add_and_apply(
        &self,
        stack: StackId,
        if_match: IfMatch,
        new: NewVersion,
        apply: NewApply,
    ) -> Result<Deployed, SaveError> {
        let unnoted = stack_objects::unnoted(self.db.reader(), stack).await?;
        let tx = self.db.write().await?;
        if let Some(earlier) = deployments::before(&tx, &new.author, new.idempotency.as_ref()).await? {
            return Ok(earlier);
        }
        let idempotency = new.idempotency.clone();
        let new = NewVersion { idempotency: None, ..new };
        let saved = add_in(&tx, stack, if_match, new, unnoted).await?;
        let deployed = deployments::apply(&tx, saved, apply, idempotency).await?;
        tx.commit().await?;
        Ok(deployed)
    }

    async fn deploy(&self, new: NewDeployment) -> Result<Deployed, SaveError> {
        let tx = self.db.write().await?;
        let deployed = deployments::deploy(&tx, new).await?;
        tx.commit().await?;
        Ok(deployed)
    }

    async fn artifacts(&self, stack: StackId) -> Result<Vec<(SlotKey, Artifact)>, StoreError> {
        deployments::all(self.db.reader(), stack).await
    }

    async fn configure(
        &self,
        stack: StackId,
        change: SettingsChange,
        if_match: IfMatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Stack, SaveError> {
        let tx = self.db.write().await?;
        let stack =
            rows::find::<stack::Model>(&*tx, stack::live(stack)).await?.ok_or(SaveError::StackNotFound)?;
        let Some(stack) = stack.configured(change, if_match)? else { return Ok(stack) };
        let change = stack::ActiveModel {
            on_failure: Set(AsText(stack.on_failure)),
            settings_changes: Set(AsInteger(stack.settings_changes)),
            ..stack::ActiveModel::default()
        };
        stack::update(stack.id, change).exec(&*tx).await.map_err(store_error)?;
        audit_log::append(&*tx, AuditEntry::stack_configured(stack.id, by, now)).await?;
        tx.commit().await?;
        Ok(stack)
    }

    async fn set_labels(
        &self,
        stack: StackId,
        labels: StackLabels,
        if_match: IfMatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Stack, SaveError> {
        let tx = self.db.write().await?;
        let before =
            rows::find::<stack::Model>(&*tx, stack::live(stack)).await?.ok_or(SaveError::StackNotFound)?;
        let Some(stack) = before.labelled(labels, if_match)? else { return Ok(before) };
        let change = stack::ActiveModel {
            labels: Set(Json::of(&stack.labels)?),
            settings_changes: Set(AsInteger(stack.settings_changes)),
            ..stack::ActiveModel::default()
        };
        stack::update(stack.id, change).exec(&*tx).await.map_err(store_error)?;
        audit_log::append(&*tx, AuditEntry::stack_labelled(&before, &stack, by, now)).await?;
        tx.commit().await?;
        Ok(stack)
    }

    async fn find(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        rows::find::<stack::Model>(self.db.reader(), stack::live(id)).await
    }

    async fn find_with_deleted(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        rows::find::<stack::Model>(self.db.reader(), stack::with_deleted(id)).await
    }

    async fn find_all(&self, ids: &[StackId]) -> Result<Vec<Stack>, StoreError> {
        let these = stack::Column::StackId.is_in(ids.iter().map(AsText));
        let query = stack::find().filter(these).filter(stack::Column::DeletedAt.is_null());
        rows::list::<stack::Model>(self.db.reader(), query).await
    }

    async fn find_by_name(&self, name: &StackName) -> Result<Option<Stack>, StoreError> {
        rows::find::<stack::Model>(self.db.reader(), stack::live_by_name(name)).await
    }

    async fn predecessors(&self, name: &StackName) -> Result<BTreeSet<StackId>, StoreError> {
        let deleted = stack::Entity::find()
            .filter(stack::Column::Name.eq(AsText(name)))
            .filter(stack::Column::DeletedAt.is_not_null());
        let stacks = rows::list::<stack::Model>(self.db.reader(), deleted).await?;
        Ok(stacks.into_iter().map(|stack| stack.id).collect())
    }

    async fn predecessors_of(
        &self,
        names: &[StackName],
    ) -> Result<BTreeMap<StackName, BTreeSet<StackId>>, StoreError> {
        many_versions::predecessors(self.db.reader(), names).await
    }

    async fn list(&self, filter: &StackFilter) -> Result<Page<Stack>, StoreError> {
        let query = stack::find()
            .filter(stack::Column::DeletedAt.is_null())
            .apply_if(filter.name.as_ref(), |query, name| query.filter(stack::Column::Name.eq(AsText(name))))
            .apply_if(filter.after.as_ref(), |query, after| {
                query.filter(stack::Column::Name.gt(AsText(after)))
            })
            .order_by_asc(stack::Column::Name);
        rows::page::<stack::Model>(self.db.reader(), query, filter.limit).await
    }

    async fn find_version(
        &self,
        stack: StackId,
        version: VersionNumber,
    ) -> Result<Option<StackVersion>, StoreError> {
        deployments::find(self.db.reader(), stack, version).await
    }

    async fn find_versions(
        &self,
        wanted: &[(StackId, VersionNumber)],
    ) -> Result<Vec<(StackVersion, Option<Release>)>, StoreError> {
        many_versions::find(self.db.reader(), wanted).await
    }

    async fn list_versions(
        &self,
        stack: StackId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<StackVersion>, StoreError> {
        let query = stack_version::of(stack)
            .apply_if(before, |query, before| {
                query.filter(stack_version::Column::Version.lt(AsInteger(before)))
            })
            .order_by_desc(stack_version::Column::Version);
        let db = self.db.reader();
        let Page { items, more } = rows::page::<stack_version::Model>(db, query, limit).await?;
        Ok(Page { items: deployments::with_artifacts(db, items).await?, more })
    }

    async fn list_files(&self, stack: StackId, version: VersionNumber) -> Result<Vec<FileEntry>, StoreError> {
        rows::list::<stack_file::Entry>(self.db.reader(), stack_file::entries(stack, version)).await
    }

    async fn read_file(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError> {
        let query = stack_file::content(stack, version, path);
        let found = rows::find::<stack_file::Content>(self.db.reader(), query).await?;
        found.map(stack_file::checked).transpose()
    }

    async fn sealed_secret(
        &self,
        stack: StackId,
        secret: &SecretRef,
    ) -> Result<Option<SealedSecret>, StoreError> {
        let found =
            rows::find::<stack_secret::Model>(self.db.reader(), stack_secret::one(stack, secret)).await?;
        Ok(found.map(|(_, sealed)| sealed))
    }

    async fn sealed_secrets(&self, stack: StackId) -> Result<Vec<(SecretRef, SealedSecret)>, StoreError> {
        let db = self.db.reader();
        let mut sealed = rows::list::<stack_secret::Model>(db, stack_secret::all(stack)).await?;
        sealed.extend(secret_uses::sealed(db, stack).await?);
        Ok(sealed)
    }

    async fn latest_secrets(&self, names: &[NamedSecretName]) -> Result<Vec<LatestSecret>, StoreError> {
        let found = rows::list::<named_secret::Model>(self.db.reader(), named_secret::these(names)).await?;
        Ok(found.iter().map(LatestSecret::from).collect())
    }

    async fn last_release(
        &self,
        stack: StackId,
        version: Option<VersionNumber>,
    ) -> Result<Option<Release>, StoreError> {
        let query = release::Entity::find()
            .filter(release::Column::StackId.eq(AsText(stack)))
            .apply_if(version, |query, version| query.filter(release::Column::Version.eq(AsInteger(version))))
            .order_by_desc(release::Column::ReleaseId)
            .limit(1);
        rows::find::<release::Model>(self.db.reader(), query).await
    }

    async fn last_releases(&self) -> Result<Vec<Release>, StoreError> {
        rows::list::<release::Model>(self.db.reader(), release::last_of_live_versions()).await
    }
}

/// What a command changes of its stack.
pub(crate) async fn change_stack(
    tx: &DatabaseTransaction,
    id: StackId,
    change: StackChange,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut row = stack::ActiveModel::default();
    if let Some(version) = change.current_version {
        row.current_version = Set(Some(AsInteger(version)));
        row.updated_at = Set(AsMillis(now));
    }
    if change.unapplied {
        row.current_version = Set(None);
        row.updated_at = Set(AsMillis(now));
    }
    if let Some(runs) = &change.stopped_runs {
        row.stopped_runs = Set(Json::of(runs)?);
    }
    if change.deleted {
        row.deleted_at = Set(Some(AsMillis(now)));
        row.updated_at = Set(AsMillis(now));
    }
    // A change of nothing is no statement at all.
    stack::update(id, row).exec(tx).await.map_err(store_error)?;
    if let Some(release) = &change.release {
        let row = release::row(release)?;
        release::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}
