//! The contents of files, stored once for all versions that share them.

use core_monitor_domain::stack_version::{FileHash, SourceFile};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::cell::AsText;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "blob")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) hash: AsText<FileHash>,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The row for the bytes of `file`.
pub(crate) fn row(file: &SourceFile) -> ActiveModel {
    ActiveModel { hash: Set(AsText(file.hash().clone())), bytes: Set(file.bytes().to_vec()) }
}
