//! Rows of `stack`, `stack_version` and `release`, read as the domain's types.

use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::release::Release;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use crate::sql::{self, Row, text};
use crate::store_error::Place;

/// The columns of [`StackRow`].
macro_rules! select_stack {
    ($rest:literal) => {
        concat!(
            "SELECT stack_id, name, current_version, latest_version, last_seq, created_by, created_at, updated_at, ",
            "deleted_at, stopped_runs FROM stack",
            $rest
        )
    };
}
pub(crate) use select_stack;

/// The columns of [`VersionRow`].
macro_rules! select_version {
    ($rest:literal) => {
        concat!(
            "SELECT stack_id, version, parent_version, author, created_at, comment, compose_files, variables, ",
            "content_hash, model, warnings FROM stack_version",
            $rest
        )
    };
}
pub(crate) use select_version;

/// See [`select_stack`].
#[derive(Debug, FromQueryResult)]
pub(crate) struct StackRow {
    stack_id: String,
    name: String,
    current_version: Option<i64>,
    latest_version: i64,
    last_seq: i64,
    created_by: String,
    created_at: i64,
    updated_at: i64,
    deleted_at: Option<i64>,
    stopped_runs: String,
}

impl Row for StackRow {
    const TABLE: &'static str = "stack";
}

impl StackRow {
    /// Reads every cell.
    pub(crate) fn into_stack(self) -> Result<Stack, StoreError> {
        let place = Place::new(Self::TABLE, &self.stack_id);
        let version = |column, cell| place.number(column, cell).map(VersionNumber);
        Ok(Stack {
            id: place.parse("stack_id", &self.stack_id)?,
            name: place.parse("name", &self.name)?,
            current_version: self.current_version.map(|cell| version("current_version", cell)).transpose()?,
            latest_version: version("latest_version", self.latest_version)?,
            last_seq: Seq(self.last_seq),
            created_at: place.time("created_at", self.created_at)?,
            updated_at: place.time("updated_at", self.updated_at)?,
            deleted_at: self.deleted_at.map(|cell| place.time("deleted_at", cell)).transpose()?,
            stopped_runs: place.json("stopped_runs", &self.stopped_runs)?,
            created_by: self.created_by,
        })
    }
}

/// See [`select_version`].
#[derive(Debug, FromQueryResult)]
pub(crate) struct VersionRow {
    stack_id: String,
    version: i64,
    parent_version: Option<i64>,
    author: String,
    created_at: i64,
    comment: String,
    compose_files: String,
    variables: String,
    content_hash: String,
    model: String,
    warnings: String,
}

impl Row for VersionRow {
    const TABLE: &'static str = "stack_version";
}

impl VersionRow {
    /// Reads every cell.
    pub(crate) fn into_version(self) -> Result<StackVersion, StoreError> {
        let place = Place::new(Self::TABLE, &format!("{} v{}", self.stack_id, self.version));
        let version = |column, cell| place.number(column, cell).map(VersionNumber);
        Ok(StackVersion {
            stack_id: place.parse("stack_id", &self.stack_id)?,
            version: version("version", self.version)?,
            parent_version: self.parent_version.map(|cell| version("parent_version", cell)).transpose()?,
            created_at: place.time("created_at", self.created_at)?,
            compose_files: place.json("compose_files", &self.compose_files)?,
            variables: place.json("variables", &self.variables)?,
            model: place.json("model", &self.model)?,
            warnings: place.json("warnings", &self.warnings)?,
            author: self.author,
            comment: self.comment,
            content_hash: self.content_hash,
        })
    }
}

/// A row of `release`.
#[derive(Debug, FromQueryResult)]
pub(crate) struct ReleaseRow {
    release_id: i64,
    stack_id: String,
    version: i64,
    command_id: String,
    at: i64,
    images: String,
    containers: String,
}

impl Row for ReleaseRow {
    const TABLE: &'static str = "release";
}

impl ReleaseRow {
    /// Reads every cell.
    pub(crate) fn into_release(self) -> Result<Release, StoreError> {
        let place = Place::new(Self::TABLE, &self.release_id);
        Ok(Release {
            stack_id: place.parse("stack_id", &self.stack_id)?,
            version: place.number("version", self.version).map(VersionNumber)?,
            command_id: place.parse("command_id", &self.command_id)?,
            at: place.time("at", self.at)?,
            images: place.json("images", &self.images)?,
            containers: place.json("containers", &self.containers)?,
        })
    }
}

/// The stack a query finds.
pub(crate) async fn find_stack(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<Stack>, StoreError> {
    sql::find::<StackRow>(db, sql, values).await?.map(StackRow::into_stack).transpose()
}

/// One version of a stack.
pub(crate) async fn find_version(
    db: &impl ConnectionTrait,
    stack: StackId,
    version: VersionNumber,
) -> Result<Option<StackVersion>, StoreError> {
    let row = sql::find::<VersionRow>(
        db,
        select_version!(" WHERE stack_id = $1 AND version = $2"),
        [text(stack), Value::from(i64::from(version.0))],
    );
    row.await?.map(VersionRow::into_version).transpose()
}
