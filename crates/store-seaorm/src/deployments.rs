//! Versions that only bring an artifact, and the artifacts of versions.

use std::collections::HashMap;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, Artifacts, SlotKey};
use core_monitor_domain::command::{Command, CommandPayload, Found};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{
    Deployed, Idempotency, NewApply, NewCommand, NewDeployment, SaveError, Saved, StoreError,
};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

use crate::cell::{AsInteger, AsMillis};
use crate::command_record::{self, Replay};
use crate::entity::{stack, stack_file, stack_version, version_artifact};
use crate::rows;
use crate::secret_uses;
use crate::store_error::store_error;

/// Saves the version and enqueues the command, in a transaction that the caller commits.
pub(crate) async fn deploy(tx: &DatabaseTransaction, new: NewDeployment) -> Result<Deployed, SaveError> {
    if let Some(earlier) = before(tx, &new.author, new.idempotency.as_ref()).await? {
        return Ok(earlier);
    }
    let stack =
        rows::find::<stack::Model>(tx, stack::live(new.stack)).await?.ok_or(SaveError::StackNotFound)?;
    if !new.if_match.allows(stack.revision()) || new.latest != stack.latest_version {
        return Err(SaveError::PreconditionFailed { current: stack.revision() });
    }
    let base = rows::find::<stack_version::Model>(tx, stack_version::one(stack.id, new.base)).await?;
    let base = base.ok_or(SaveError::PreconditionFailed { current: stack.revision() })?;
    let number = VersionNumber(stack.latest_version.0.saturating_add(1));
    let version = new.version(base, number);
    copy_files(tx, &version, new.base).await?;
    insert(tx, stack.id, number, &new.artifacts).await?;
    let row = stack_version::row(&version)?;
    stack_version::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    secret_uses::note(tx, &version).await?;
    let change = stack::ActiveModel {
        latest_version: Set(AsInteger(number)),
        updated_at: Set(AsMillis(new.now)),
        ..stack::ActiveModel::default()
    };
    stack::update(stack.id, change).exec(tx).await.map_err(store_error)?;
    let (now, version) = (new.now, version.with_artifacts(new.artifacts.clone()));
    let command = enqueue(tx, new.command(number), &stack).await?;
    let stack = Stack { latest_version: number, updated_at: now, last_seq: command.seq, ..stack };
    Ok(Deployed { stack, version, command, replayed: false })
}

/// Enqueues the `APPLY` of a version that was saved in the same transaction.
pub(crate) async fn apply(
    tx: &DatabaseTransaction,
    saved: Saved,
    apply: NewApply,
    idempotency: Option<Idempotency>,
) -> Result<Deployed, SaveError> {
    let Saved { stack, version, .. } = saved;
    let (author, now) = (version.author.clone(), version.created_at);
    let command = apply.command(stack.id, version.version, author, idempotency, now);
    let command = enqueue(tx, command, &stack).await?;
    let stack = Stack { last_seq: command.seq, ..stack };
    Ok(Deployed { stack, version, command, replayed: false })
}

/// Enqueues the command that converges to a version which was saved in the same transaction.
async fn enqueue(tx: &DatabaseTransaction, command: NewCommand, stack: &Stack) -> Result<Command, SaveError> {
    let found = Found { revision: stack.revision(), version: true, on_failure: stack.on_failure };
    let (author, now) = (command.principal.clone(), command.now);
    let idempotency = command.idempotency.clone();
    let accepted = Command::accept(command, Some(found))?;
    let command = command_record::append(tx, accepted, idempotency.as_ref()).await?;
    command_record::tell(tx, &command, &author, now).await?;
    Ok(command)
}

/// What the same request has saved and enqueued before.
pub(crate) async fn before(
    tx: &DatabaseTransaction,
    author: &Actor,
    idempotency: Option<&Idempotency>,
) -> Result<Option<Deployed>, SaveError> {
    match command_record::replay(tx, author, idempotency).await? {
        Replay::New => Ok(None),
        Replay::Other => Err(SaveError::IdempotencyMismatch),
        Replay::Same(command) => replayed(tx, *command).await.map(Some),
    }
}

async fn replayed(tx: &DatabaseTransaction, command: Command) -> Result<Deployed, SaveError> {
    let (CommandPayload::Deploy { version, .. } | CommandPayload::Apply { version, .. }) = command.payload
    else {
        return Err(SaveError::IdempotencyMismatch);
    };
    let stack = rows::find::<stack::Model>(tx, stack::with_deleted(command.stack_id)).await?;
    let version = find(tx, command.stack_id, version).await?;
    let lost = || StoreError::Corrupt {
        what: format!("table `command`, row `{}`: the stack or version it saved is gone", command.seq),
        source: None,
    };
    let (stack, version) = (stack.ok_or_else(lost)?, version.ok_or_else(lost)?);
    Ok(Deployed { stack, version, command, replayed: true })
}

/// The files of `base` for the version that is made from it, by reference.
async fn copy_files(
    tx: &DatabaseTransaction,
    version: &StackVersion,
    base: VersionNumber,
) -> Result<(), StoreError> {
    for file in rows::list::<stack_file::Entry>(tx, stack_file::entries(version.stack_id, base)).await? {
        let row = stack_file::again(version, &file);
        stack_file::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}

/// Stores the artifacts of a version, whose row comes after them.
pub(crate) async fn insert(
    tx: &DatabaseTransaction,
    stack: StackId,
    version: VersionNumber,
    artifacts: &Artifacts,
) -> Result<(), StoreError> {
    for (key, artifact) in artifacts {
        let row = version_artifact::row(stack, version, key, artifact)?;
        version_artifact::Entity::insert(row).exec_without_returning(tx).await.map_err(store_error)?;
    }
    Ok(())
}

/// A version with its artifacts.
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    stack: StackId,
    version: VersionNumber,
) -> Result<Option<StackVersion>, StoreError> {
    let found = rows::find::<stack_version::Model>(db, stack_version::one(stack, version)).await?;
    Ok(with_artifacts(db, found.into_iter().collect()).await?.pop())
}

/// Versions of one stack with their artifacts.
pub(crate) async fn with_artifacts(
    db: &impl ConnectionTrait,
    versions: Vec<StackVersion>,
) -> Result<Vec<StackVersion>, StoreError> {
    let numbers = || versions.iter().map(|version| version.version);
    let (Some(version), Some(first), Some(last)) = (versions.first(), numbers().min(), numbers().max())
    else {
        return Ok(versions);
    };
    let query = version_artifact::between(version.stack_id, first, last);
    let mut artifacts: HashMap<VersionNumber, Artifacts> = HashMap::new();
    for (number, key, artifact) in rows::list::<version_artifact::Model>(db, query).await? {
        artifacts.entry(number).or_default().insert(key, artifact);
    }
    let with = |version: StackVersion| {
        let own = artifacts.remove(&version.version).unwrap_or_default();
        version.with_artifacts(own)
    };
    Ok(versions.into_iter().map(with).collect())
}

/// Every artifact of any version of a stack, once for each slot.
pub(crate) async fn all(
    db: &impl ConnectionTrait,
    stack: StackId,
) -> Result<Vec<(SlotKey, Artifact)>, StoreError> {
    let query = version_artifact::between(stack, VersionNumber(0), VersionNumber(u32::MAX));
    let mut found: Vec<(SlotKey, Artifact)> = Vec::new();
    for (_, key, artifact) in rows::list::<version_artifact::Model>(db, query).await? {
        if !found.iter().any(|(of, known)| *of == key && *known == artifact) {
            found.push((key, artifact));
        }
    }
    Ok(found)
}
