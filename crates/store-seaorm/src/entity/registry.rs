//! Encrypted registry credentials.

use core_monitor_domain::ports::{SealedPlace, SealedRecord, SealedSecret, StoredRegistry};
use core_monitor_domain::registry::RegistryHost;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, UpdateMany};

use crate::cell::{AsMillis, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "registry")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) host: AsText<RegistryHost>,
    pub(crate) key_id: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) updated_at: AsMillis,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = StoredRegistry;

    fn read(self) -> Result<StoredRegistry, DbErr> {
        Ok(StoredRegistry {
            host: self.host.0,
            sealed: SealedSecret { key_id: self.key_id, bytes: self.sealed },
            updated_at: self.updated_at.0,
        })
    }
}

impl Model {
    /// What is sealed in this row.
    pub(crate) fn sealed_record(self) -> SealedRecord {
        let sealed = SealedSecret { key_id: self.key_id, bytes: self.sealed };
        SealedRecord { place: SealedPlace::Registry(self.host.0), sealed }
    }
}

/// The row for `registry`.
pub(crate) fn row(registry: &StoredRegistry) -> ActiveModel {
    ActiveModel {
        host: Set(AsText(registry.host.clone())),
        key_id: Set(registry.sealed.key_id.clone()),
        sealed: Set(registry.sealed.bytes.clone()),
        updated_at: Set(AsMillis(registry.updated_at)),
    }
}

/// Those that are sealed with another key.
pub(crate) fn under_other_keys(key_id: &str) -> Select<Entity> {
    Entity::find().filter(Column::KeyId.ne(key_id)).order_by_asc(Column::Host)
}

/// Puts `after` in the place of `before`.
pub(crate) fn seal_anew(
    host: &RegistryHost,
    before: &SealedSecret,
    after: &SealedSecret,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::KeyId, Expr::value(after.key_id.clone()))
        .col_expr(Column::Sealed, Expr::value(after.bytes.clone()))
        .filter(Column::Host.eq(AsText(host.clone())))
        .filter(Column::Sealed.eq(before.bytes.clone()))
}
