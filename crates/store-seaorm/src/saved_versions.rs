//! How versions come into the database, with the commands that record it.

use std::collections::BTreeSet;

use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::command::{Command, CommandPayload};
use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::ports::{IfMatch, NewStack, NewVersion, SaveError, Saved, StoreError};
use core_monitor_domain::stack::{Stack, StackLabels};
use core_monitor_domain::stack_version::{Source, SourceFile, StackVersion};
use sea_orm::ActiveValue::Set;
use sea_orm::{DatabaseTransaction, EntityTrait, PaginatorTrait};

use crate::cell::{AsInteger, AsMillis, AsText};
use crate::command_record::{self, Replay};
use crate::deployments;
use crate::entity::{blob, stack, stack_file, stack_secret, stack_version};
use crate::rows;
use crate::secret_uses;
use crate::stack_objects;
use crate::store_error::store_error;

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
        labels: StackLabels::none(),
        settings_changes: 0,
    };
    stack::Entity::insert(stack::row(&stack)?).exec_without_returning(tx).await.map_err(store_error)?;
    let version = version_of(&new.version, stack.id, first, None);
    insert_secrets(tx, stack.id, &new.version).await?;
    insert_files(tx, &version, &new.version.source).await?;
    insert_version(tx, &version).await?;
    stack_objects::note(tx, &version, BTreeSet::new()).await?;
    secret_uses::note(tx, &version).await?;
    let payload = CommandPayload::Create { version: first };
    let command = append_done(tx, &new.version, stack.id, payload).await?;
    let stack = Stack { last_seq: command.seq, ..stack };
    Ok(Saved { stack, version, command, replayed: false })
}

/// The next version of a stack, in a transaction that the caller commits.
pub(crate) async fn add_in(
    tx: &DatabaseTransaction,
    stack: StackId,
    if_match: IfMatch,
    new: NewVersion,
    unnoted: BTreeSet<String>,
) -> Result<Saved, SaveError> {
    let stack = rows::find::<stack::Model>(tx, stack::live(stack)).await?.ok_or(SaveError::StackNotFound)?;
    if !if_match.allows(stack.revision()) || new.based_on.is_some_and(|parent| parent != stack.latest_version)
    {
        return Err(SaveError::PreconditionFailed { current: stack.revision() });
    }
    let number = VersionNumber(stack.latest_version.0.saturating_add(1));
    let version = version_of(&new, stack.id, number, Some(stack.latest_version));
    insert_secrets(tx, stack.id, &new).await?;
    insert_files(tx, &version, &new.source).await?;
    deployments::insert(tx, stack.id, number, &new.artifacts).await?;
    insert_version(tx, &version).await?;
    stack_objects::note(tx, &version, unnoted).await?;
    secret_uses::note(tx, &version).await?;
    let change = stack::ActiveModel {
        latest_version: Set(AsInteger(number)),
        updated_at: Set(AsMillis(new.now)),
        ..stack::ActiveModel::default()
    };
    stack::update(stack.id, change).exec(tx).await.map_err(store_error)?;
    let command = append_done(tx, &new, stack.id, CommandPayload::Update { version: number }).await?;
    let version = version.with_artifacts(new.artifacts);
    let stack = Stack { latest_version: number, updated_at: new.now, last_seq: command.seq, ..stack };
    Ok(Saved { stack, version, command, replayed: false })
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

/// Stores the content of a file, unless it is there already.
pub(crate) async fn insert_blob(tx: &DatabaseTransaction, file: &SourceFile) -> Result<(), StoreError> {
    let same = blob::Entity::find_by_id(AsText(file.hash().clone()));
    if same.count(tx).await.map_err(store_error)? == 0 {
        blob::Entity::insert(blob::row(file)).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}

/// Stores the files of `version`, whose row comes after them. Content that is there already is not stored again.
async fn insert_files(
    tx: &DatabaseTransaction,
    version: &StackVersion,
    source: &Source,
) -> Result<(), StoreError> {
    for (path, file) in &source.files {
        insert_blob(tx, file).await?;
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
