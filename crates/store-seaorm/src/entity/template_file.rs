//! The files of versions of templates, by path; their bytes are in [`blob`].

use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::stack_version::{FileEntry, FileHash, SourceFile};
use core_monitor_domain::template::TemplateVersion;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Func;
use sea_orm::{FromQueryResult, JoinType, QueryOrder, QuerySelect};

use super::blob;
use crate::cell::{AsInteger, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "template_file")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) template_id: AsText<TemplateId>,
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
pub(crate) fn entries(template: TemplateId, version: VersionNumber) -> Select<Entity> {
    of(template, version)
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
    path: String,
    hash: AsText<FileHash>,
    bytes: Vec<u8>,
    executable: bool,
}

/// The files of a version.
pub(crate) fn contents(template: TemplateId, version: VersionNumber) -> Select<Entity> {
    of(template, version)
        .select_only()
        .columns([Column::Path, Column::Hash, Column::Executable])
        .column(blob::Column::Bytes)
}

/// One file of a version.
pub(crate) fn content(template: TemplateId, version: VersionNumber, path: &str) -> Select<Entity> {
    contents(template, version).filter(Column::Path.eq(path))
}

impl Record for Content {
    type Entity = Entity;
    type Meaning = (String, (FileHash, SourceFile));

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.path, (self.hash.0, SourceFile::new(self.bytes, self.executable))))
    }
}

/// The path of a file with this content, of any version of any template.
pub(crate) fn with_content(hash: AsText<FileHash>) -> Select<Entity> {
    Entity::find().select_only().column(Column::Path).filter(Column::Hash.eq(hash)).limit(1)
}

fn of(template: TemplateId, version: VersionNumber) -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::Blob.def())
        .filter(Column::TemplateId.eq(AsText(template)))
        .filter(Column::Version.eq(AsInteger(version)))
}

/// The row for the file of `version` at `path`.
pub(crate) fn row(version: &TemplateVersion, path: &str, file: &SourceFile) -> ActiveModel {
    ActiveModel {
        template_id: Set(AsText(version.template)),
        version: Set(AsInteger(version.version)),
        path: Set(path.to_owned()),
        hash: Set(AsText(file.hash().clone())),
        executable: Set(file.is_executable()),
    }
}
