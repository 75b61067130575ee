//! [`StackStore`]: stacks, versions and releases.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::command::{Command, CommandPayload, CommandResult, CommandStatus};
use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{
    IfMatch, NewStack, NewVersion, Page, SaveError, Saved, StackFilter, StackStore, StoreError,
};
use core_monitor_domain::release::Release;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{FileEntry, SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};

use crate::command_queue::page;
use crate::command_record::{self, Replay};
use crate::database::Connections;
use crate::file_row::{insert_files, list_files, read_file};
use crate::sql::{self, Conditions, json, millis, text};
use crate::stack_row::{
    ReleaseRow, StackRow, VersionRow, find_stack, find_version, select_stack, select_version,
};

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
        let tx = self.db.write().await?;
        if let Some(earlier) = replayed(&tx, &new).await? {
            return Ok(earlier);
        }
        let stack = live(&*tx, stack).await?.ok_or(SaveError::StackNotFound)?;
        if let IfMatch::Exactly(expected) = if_match
            && expected != stack.revision()
        {
            return Err(SaveError::PreconditionFailed { current: stack.revision() });
        }
        let number = VersionNumber(stack.latest_version.0.saturating_add(1));
        let version = version_of(&new, stack.id, number, Some(stack.latest_version));
        insert_files(&tx, &version, &new.source).await?;
        insert_version(&tx, &version).await?;
        sql::execute(
            &*tx,
            "UPDATE stack SET latest_version = $2, updated_at = $3 WHERE stack_id = $1",
            [text(stack.id), Value::from(i64::from(number.0)), millis(new.now)],
        )
        .await?;
        let command = append_done(&tx, &new, stack.id, CommandPayload::Update { version: number }).await?;
        tx.commit().await?;
        let stack = Stack { latest_version: number, updated_at: new.now, last_seq: command.seq, ..stack };
        Ok(Saved { stack, version, command, replayed: false })
    }

    async fn find(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        live(self.db.reader(), id).await
    }

    async fn find_with_deleted(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        with_deleted(self.db.reader(), id).await
    }

    async fn find_by_name(&self, name: &StackName) -> Result<Option<Stack>, StoreError> {
        live_by_name(self.db.reader(), name).await
    }

    async fn predecessors(&self, name: &StackName) -> Result<BTreeSet<StackId>, StoreError> {
        let query = select_stack!(" WHERE name = $1 AND deleted_at IS NOT NULL");
        let rows = sql::list::<StackRow>(self.db.reader(), query, [text(name)]).await?;
        rows.into_iter().map(|row| Ok(row.into_stack()?.id)).collect()
    }

    async fn list(&self, filter: &StackFilter) -> Result<Page<Stack>, StoreError> {
        let mut conditions = Conditions::starting_with("deleted_at IS NULL");
        conditions.and("name = ?", filter.name.as_ref().map(text));
        conditions.and("name > ?", filter.after.as_ref().map(text));
        let (query, values) = conditions.query(select_stack!(""), "name", filter.limit.saturating_add(1));
        let rows = sql::list::<StackRow>(self.db.reader(), &query, values).await?;
        page(rows, filter.limit, StackRow::into_stack)
    }

    async fn find_version(
        &self,
        stack: StackId,
        version: VersionNumber,
    ) -> Result<Option<StackVersion>, StoreError> {
        find_version(self.db.reader(), stack, version).await
    }

    async fn list_versions(
        &self,
        stack: StackId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<StackVersion>, StoreError> {
        let mut conditions = Conditions::default();
        conditions.and("stack_id = ?", Some(text(stack)));
        conditions.and("version < ?", before.map(|version| Value::from(i64::from(version.0))));
        let (query, values) = conditions.query(select_version!(""), "version DESC", limit.saturating_add(1));
        let rows = sql::list::<VersionRow>(self.db.reader(), &query, values).await?;
        page(rows, limit, VersionRow::into_version)
    }

    async fn list_files(&self, stack: StackId, version: VersionNumber) -> Result<Vec<FileEntry>, StoreError> {
        list_files(self.db.reader(), stack, version).await
    }

    async fn read_file(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError> {
        read_file(self.db.reader(), stack, version, path).await
    }

    async fn last_release(
        &self,
        stack: StackId,
        version: Option<VersionNumber>,
    ) -> Result<Option<Release>, StoreError> {
        let mut conditions = Conditions::default();
        conditions.and("stack_id = ?", Some(text(stack)));
        conditions.and("version = ?", version.map(|version| Value::from(i64::from(version.0))));
        let select = "SELECT release_id, stack_id, version, command_id, at, images, containers FROM release";
        let (query, values) = conditions.query(select, "release_id DESC", 1);
        let row = sql::find::<ReleaseRow>(self.db.reader(), &query, values).await?;
        row.map(ReleaseRow::into_release).transpose()
    }
}

/// A new stack with its first version, in a transaction that the caller commits.
pub(crate) async fn create_in(tx: &DatabaseTransaction, new: NewStack) -> Result<Saved, SaveError> {
    if let Some(holder) = live_by_name(tx, &new.name).await? {
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
    };
    insert_stack(tx, &stack).await?;
    let version = version_of(&new.version, stack.id, first, None);
    insert_files(tx, &version, &new.version.source).await?;
    insert_version(tx, &version).await?;
    let payload = CommandPayload::Create { version: first };
    let command = append_done(tx, &new.version, stack.id, payload).await?;
    let stack = Stack { last_seq: command.seq, ..stack };
    Ok(Saved { stack, version, command, replayed: false })
}

async fn live(db: &impl ConnectionTrait, id: StackId) -> Result<Option<Stack>, StoreError> {
    find_stack(db, select_stack!(" WHERE stack_id = $1 AND deleted_at IS NULL"), [text(id)]).await
}

async fn with_deleted(db: &impl ConnectionTrait, id: StackId) -> Result<Option<Stack>, StoreError> {
    find_stack(db, select_stack!(" WHERE stack_id = $1"), [text(id)]).await
}

async fn live_by_name(db: &impl ConnectionTrait, name: &StackName) -> Result<Option<Stack>, StoreError> {
    find_stack(db, select_stack!(" WHERE name = $1 AND deleted_at IS NULL"), [text(name)]).await
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
    let stack = with_deleted(tx, command.stack_id).await?;
    let version = match command.payload.version() {
        Some(version) => find_version(tx, command.stack_id, version).await?,
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
        model: new.model.clone(),
        warnings: new.warnings.clone(),
    }
}

async fn insert_stack(tx: &DatabaseTransaction, stack: &Stack) -> Result<(), StoreError> {
    sql::execute(
        tx,
        "INSERT INTO stack (stack_id, name, latest_version, last_seq, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [
            text(stack.id),
            text(&stack.name),
            Value::from(i64::from(stack.latest_version.0)),
            Value::from(stack.last_seq.0),
            text(&stack.created_by),
            millis(stack.created_at),
            millis(stack.updated_at),
        ],
    )
    .await?;
    Ok(())
}

async fn insert_version(tx: &DatabaseTransaction, version: &StackVersion) -> Result<(), StoreError> {
    sql::execute(
        tx,
        "INSERT INTO stack_version (stack_id, version, parent_version, author, created_at, comment, compose_files,
                                    variables, content_hash, model, warnings)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            text(version.stack_id),
            Value::from(i64::from(version.version.0)),
            Value::from(version.parent_version.map(|parent| i64::from(parent.0))),
            text(&version.author),
            millis(version.created_at),
            text(&version.comment),
            json(&version.compose_files)?,
            json(&version.variables)?,
            text(&version.content_hash),
            json(&version.model)?,
            json(&version.warnings)?,
        ],
    )
    .await?;
    Ok(())
}

/// Records the write itself as a command that is `DONE` already.
async fn append_done(
    tx: &DatabaseTransaction,
    new: &NewVersion,
    stack_id: StackId,
    payload: CommandPayload,
) -> Result<Command, StoreError> {
    let at: Timestamp = new.now;
    let command = Command {
        id: new.command_id,
        seq: Seq(0),
        stack_id,
        payload,
        status: CommandStatus::Done,
        principal: new.author.clone(),
        created_at: at,
        started_at: Some(at),
        finished_at: Some(at),
        attempt: 0,
        retry: 0,
        fence: None,
        claimed_by: None,
        cancel_requested_at: None,
        failure: None,
        result: Some(CommandResult::default()),
    };
    command_record::append(tx, command, new.idempotency.as_ref()).await
}
