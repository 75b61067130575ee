//! Named secrets, without their values.

use core_monitor_domain::ids::{NamedSecretId, VersionNumber};
use core_monitor_domain::named_secret::{NamedSecret, NamedSecretName, NamedSecretVersion};
use core_monitor_domain::ports::StoreError;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::cell::{AsActor, AsInteger, AsMillis, AsText, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "named_secret")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) secret_id: AsText<NamedSecretId>,
    pub(crate) name: AsText<NamedSecretName>,
    pub(crate) description: String,
    pub(crate) stacks: Json,
    pub(crate) latest_version: AsInteger<VersionNumber>,
    pub(crate) created_at: AsMillis,
    pub(crate) created_by: AsActor,
    pub(crate) updated_at: AsMillis,
    pub(crate) updated_by: AsActor,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = NamedSecret;

    fn read(self) -> Result<NamedSecret, DbErr> {
        Ok(NamedSecret {
            id: self.secret_id.0,
            name: self.name.0,
            description: self.description,
            stacks: self.stacks.read(Column::Stacks)?,
            latest: NamedSecretVersion {
                number: self.latest_version.0,
                created_at: self.updated_at.0,
                created_by: self.updated_by.0,
            },
            created_at: self.created_at.0,
            created_by: self.created_by.0,
        })
    }
}

/// The row for `secret`.
pub(crate) fn row(secret: &NamedSecret) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        secret_id: Set(AsText(secret.id)),
        name: Set(AsText(secret.name.clone())),
        description: Set(secret.description.clone()),
        stacks: Set(Json::of(&secret.stacks)?),
        latest_version: Set(AsInteger(secret.latest.number)),
        created_at: Set(AsMillis(secret.created_at)),
        created_by: Set(AsActor(secret.created_by.clone())),
        updated_at: Set(AsMillis(secret.latest.created_at)),
        updated_by: Set(AsActor(secret.latest.created_by.clone())),
    })
}

/// The secret `id`.
pub(crate) fn by_id(id: NamedSecretId) -> Select<Entity> {
    Entity::find().filter(Column::SecretId.eq(AsText(id)))
}

/// The secret of this name.
pub(crate) fn by_name(name: &NamedSecretName) -> Select<Entity> {
    Entity::find().filter(Column::Name.eq(name.as_str()))
}

/// Those of these names.
pub(crate) fn these(names: &[NamedSecretName]) -> Select<Entity> {
    Entity::find().filter(Column::Name.is_in(names.iter().map(NamedSecretName::as_str)))
}

/// Secrets by name.
pub(crate) fn page(after: Option<NamedSecretName>, limit: u32) -> Select<Entity> {
    let query = Entity::find().order_by_asc(Column::Name).limit(u64::from(limit));
    match after {
        Some(after) => query.filter(Column::Name.gt(after.as_str())),
        None => query,
    }
}
