//! Which versions of stacks ask for which named secrets.

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::named_secret::NamedSecretName;
use sea_orm::ActiveValue::Set;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::cell::{AsInteger, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "secret_use")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) version: AsInteger<VersionNumber>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) name: AsText<NamedSecretName>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (NamedSecretName, StackId, VersionNumber);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        Ok((self.name.0, self.stack_id.0, self.version.0))
    }
}

/// The row of a version that asks for a secret.
pub(crate) fn row(stack: StackId, version: VersionNumber, name: NamedSecretName) -> ActiveModel {
    ActiveModel { stack_id: Set(AsText(stack)), version: Set(AsInteger(version)), name: Set(AsText(name)) }
}

/// The versions of any stacks that ask for these secrets.
pub(crate) fn of_secrets(names: &[NamedSecretName]) -> Select<Entity> {
    Entity::find().filter(Column::Name.is_in(names.iter().map(NamedSecretName::as_str)))
}

/// The names that any version of `stack` asks for.
pub(crate) fn names_of(stack: StackId) -> Select<Entity> {
    let names = Entity::find().select_only().column(Column::Name).distinct();
    names.filter(Column::StackId.eq(AsText(stack)))
}
