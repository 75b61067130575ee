//! [`StackStore`]: stacks, versions and releases.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, Artifacts, SlotKey};
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::command::{Command, CommandPayload};
use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{
    Deployed, IfMatch, NewDeployment, NewStack, NewVersion, Page, SaveError, Saved, SealedSecret,
    StackChange, StackFilter, StackStore, StoreError,
};
use core_monitor_domain::release::Release;
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack::{SettingsChange, Stack};
use core_monitor_domain::stack_version::{FileEntry, Source, SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use crate::audit_log;
use crate::cell::{AsInteger, AsMillis, AsText, Json};
use crate::command_record::{self, Replay};
use crate::database::Connections;
use crate::deployments;
use crate::entity::{blob, release, stack, stack_file, stack_secret, stack_version};
use crate::rows;
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
        let stack =
            rows::find::<stack::Model>(&*tx, stack::live(stack)).await?.ok_or(SaveError::StackNotFound)?;
        if let IfMatch::Exactly(expected) = if_match
            && expected != stack.revision()
        {
            return Err(SaveError::PreconditionFailed { current: stack.revision() });
        }
        if new.based_on.is_some_and(|parent| parent != stack.latest_version) {
            return Err(SaveError::PreconditionFailed { current: stack.revision() });
        }
        let number = VersionNumber(stack.latest_version.0.saturating_add(1));
        let version = version_of(&new, stack.id, number, Some(stack.latest_version));
        insert_secrets(&tx, stack.id, &new).await?;
        insert_files(&tx, &version, &new.source).await?;
        deployments::insert(&tx, stack.id, number, &new.artifacts).await?;
        insert_version(&tx, &version).await?;
        stack_objects::note(&tx, &version, unnoted).await?;
        let change = stack::ActiveModel {
            latest_version: Set(AsInteger(number)),
            updated_at: Set(AsMillis(new.now)),
            ..stack::ActiveModel::default()
        };
        stack::update(stack.id, change).exec(&*tx).await.map_err(store_error)?;
        let command = append_done(&tx, &new, stack.id, CommandPayload::Update { version: number }).await?;
        tx.commit().await?;
        let version = version.with_artifacts(new.artifacts);
        let stack = Stack { latest_version: number, updated_at: new.now, last_seq: command.seq, ..stack };
        Ok(Saved { stack, version, command, replayed: false })
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

    async fn find(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        rows::find::<stack::Model>(self.db.reader(), stack::live(id)).await
    }

    async fn find_with_deleted(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        rows::find::<stack::Model>(self.db.reader(), stack::with_deleted(id)).await
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
        rows::list::<stack_secret::Model>(self.db.reader(), stack_secret::all(stack)).await
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

/// A new stack with its first version, in a transaction that the caller commits.
pub(crate) async fn create_in(tx: &DatabaseTransaction, new: NewStack) -> Result<Saved, SaveError> {
    if let Some(holder) = rows::find::<stack::Model>(tx, stack::live_by_name(&new.name)).await? {
        return Err(SaveError::NameTaken { name: new.name, holder: holder.id });
    }
    let first = VersionNumber(1);
    let stack = Stack {
        id: new.id,
        name: new.name,
        current_version: None,
        latest_version: first,
        last_seq: Seq(0),
        created_by: new.version.author.clone(),
        created_at: new.version.now,
        updated_at: new.version.now,
        deleted_at: None,
        stopped_runs: Vec::new(),
        on_failure: new.on_failure,
        settings_changes: 0,
    };
    stack::Entity::insert(stack::row(&stack)?).exec_without_returning(tx).await.map_err(store_error)?;
    let version = version_of(&new.version, stack.id, first, None);
    insert_secrets(tx, stack.id, &new.version).await?;
    insert_files(tx, &version, &new.version.source).await?;
    insert_version(tx, &version).await?;
    stack_objects::note(tx, &version, BTreeSet::new()).await?;
    let payload = CommandPayload::Create { version: first };
    let command = append_done(tx, &new.version, stack.id, payload).await?;
    let stack = Stack { last_seq: command.seq, ..stack };
    Ok(Saved { stack, version, command, replayed: false })
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

/// What the same request saved before.
pub(crate) async fn replayed(tx: &DatabaseTransaction, new: &NewVersion) -> Result<Option<Saved>, SaveError> {
    let command = match command_record::replay(tx, &new.author, new.idempotency.as_ref()).await? {
        Replay::New => return Ok(None),
        Replay::Other => return Err(SaveError::IdempotencyMismatch),
        Replay::Same(command) => *command,
    };
    // The fingerprint covers the route, so the same one cannot stand for another kind of write.
    if !command.payload.kind().is_immediate() {
        return Err(SaveError::IdempotencyMismatch);
    }
    let stack = rows::find::<stack::Model>(tx, stack::with_deleted(command.stack_id)).await?;
    let version = match command.payload.version() {
        Some(version) => deployments::find(tx, command.stack_id, version).await?,
        None => None,
    };
    let lost = || StoreError::Corrupt {
        what: format!("table `command`, row `{}`: the stack or version it saved is gone", command.seq),
        source: None,
    };
    let (stack, version) = (stack.ok_or_else(lost)?, version.ok_or_else(lost)?);
    Ok(Some(Saved { stack, version, command, replayed: true }))
}

fn version_of(
    new: &NewVersion,
    stack_id: StackId,
    version: VersionNumber,
    parent_version: Option<VersionNumber>,
) -> StackVersion {
    StackVersion {
        stack_id,
        version,
        parent_version,
        author: new.author.clone(),
        created_at: new.now,
        comment: new.comment.clone(),
        content_hash: new.source.content_hash(),
        compose_files: new.source.compose_files.clone(),
        variables: new.source.variables.clone(),
        secrets: new.secret_uses(version),
        model: new.model.clone(),
        warnings: new.warnings.clone(),
        artifacts: Artifacts::new(),
    }
}

async fn insert_version(tx: &DatabaseTransaction, version: &StackVersion) -> Result<(), StoreError> {
    let row = stack_version::row(version)?;
    stack_version::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    Ok(())
}

/// Stores the files of `version`, whose row comes after them. Content that is there already is not stored again.
async fn insert_files(
    tx: &DatabaseTransaction,
    version: &StackVersion,
    source: &Source,
) -> Result<(), StoreError> {
    for (path, file) in &source.files {
        let known =
            blob::Entity::find_by_id(AsText(file.hash().clone())).count(tx).await.map_err(store_error)?;
        if known == 0 {
            blob::Entity::insert(blob::row(file)).exec_without_returning(tx).await.map_err(store_error)?;
        }
        let row = stack_file::row(version, path, file);
        stack_file::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}

/// Stores the secrets that the stack does not have yet. One that it had before, under the same key, is still there.
async fn insert_secrets(
    tx: &DatabaseTransaction,
    stack: StackId,
    new: &NewVersion,
) -> Result<(), StoreError> {
    for secret in &new.secrets {
        let Some(sealed) = &secret.sealed else { continue };
        let same = stack_secret::one(stack, &secret.reference);
        if same.count(tx).await.map_err(store_error)? == 0 {
            let row = stack_secret::row(stack, &secret.reference, sealed, new.now);
            stack_secret::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
        }
    }
    Ok(())
}

/// Records the write itself as a command that is `DONE` already.
async fn append_done(
    tx: &DatabaseTransaction,
    new: &NewVersion,
    stack_id: StackId,
    payload: CommandPayload,
) -> Result<Command, StoreError> {
    let saved = Command::saved(new.command_id, stack_id, payload, &new.author, new.now);
    command_record::append(tx, saved, new.idempotency.as_ref()).await
}
