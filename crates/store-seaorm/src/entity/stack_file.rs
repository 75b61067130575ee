//! The files of versions, by path; their bytes are in [`blob`].

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::{FileEntry, FileHash, SourceFile, StackVersion};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Func;
use sea_orm::{FromQueryResult, JoinType, QueryOrder, QuerySelect};

use super::blob;
use crate::cell::{AsInteger, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "stack_file")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: AsInteger<VersionNumber>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) path: String,
    pub(crate) hash: AsText<FileHash>,
    pub(crate) executable: bool,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(belongs_to = "blob::Entity", from = "Column::Hash", to = "blob::Column::Hash")]
    Blob,
}

impl ActiveModelBehavior for ActiveModel {}

/// A file without its bytes.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Entry {
    path: String,
    hash: AsText<FileHash>,
    size: AsInteger<u64>,
    executable: bool,
}

/// The files of a version, by path. The size of a blob is read without its content.
pub(crate) fn entries(stack: StackId, version: VersionNumber) -> Select<Entity> {
    of(stack, version)
        .select_only()
        .columns([Column::Path, Column::Hash, Column::Executable])
        .expr_as(Func::cust("octet_length").arg(blob::Column::Bytes.into_expr()), "size")
        .order_by_asc(Column::Path)
}

impl Record for Entry {
    type Entity = Entity;
    type Meaning = FileEntry;

    fn read(self) -> Result<FileEntry, DbErr> {
        Ok(FileEntry { path: self.path, hash: self.hash.0, size: self.size.0, executable: self.executable })
    }
}

/// A file with its bytes.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Content {
    hash: AsText<FileHash>,
    bytes: Vec<u8>,
    executable: bool,
}

/// One file of a version.
pub(crate) fn content(stack: StackId, version: VersionNumber, path: &str) -> Select<Entity> {
    of(stack, version)
        .select_only()
        .columns([Column::Path, Column::Hash, Column::Executable])
        .column(blob::Column::Bytes)
        .filter(Column::Path.eq(path))
}

impl Record for Content {
    type Entity = Entity;
    type Meaning = (FileHash, SourceFile);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.hash.0, SourceFile::new(self.bytes, self.executable)))
    }
}

/// The file, unless its content no longer matches `hash`.
pub(crate) fn checked((hash, file): (FileHash, SourceFile)) -> Result<SourceFile, StoreError> {
    if *file.hash() == hash {
        return Ok(file);
    }
    let what = format!("table `blob`, row `{hash}`: the content does not match its hash");
    Err(StoreError::Corrupt { what, source: None })
}

fn of(stack: StackId, version: VersionNumber) -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::Blob.def())
        .filter(Column::StackId.eq(AsText(stack)))
        .filter(Column::Version.eq(AsInteger(version)))
}

/// The row for a file that `version` has like another one.
pub(crate) fn again(version: &StackVersion, file: &FileEntry) -> ActiveModel {
    ActiveModel {
        stack_id: Set(AsText(version.stack_id)),
        version: Set(AsInteger(version.version)),
        path: Set(file.path.clone()),
        hash: Set(AsText(file.hash.clone())),
        executable: Set(file.executable),
    }
}

/// The row for the file of `version` at `path`.
pub(crate) fn row(version: &StackVersion, path: &str, file: &SourceFile) -> ActiveModel {
    ActiveModel {
        stack_id: Set(AsText(version.stack_id)),
        version: Set(AsInteger(version.version)),
        path: Set(path.to_owned()),
        hash: Set(AsText(file.hash().clone())),
        executable: Set(file.is_executable()),
    }
}
