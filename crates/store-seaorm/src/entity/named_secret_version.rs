//! Versions of named secrets, with their sealed values.

use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{NamedSecretId, VersionNumber};
use core_monitor_domain::named_secret::{NamedSecretVersion, NewSecretVersion};
use core_monitor_domain::ports::{SealedPlace, SealedRecord, SealedSecret};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DeleteMany, QueryOrder, QuerySelect, UpdateMany};

use crate::cell::{AsActor, AsInteger, AsMillis, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "named_secret_version")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) secret_id: AsText<NamedSecretId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: AsInteger<VersionNumber>,
    pub(crate) key_id: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) created_at: AsMillis,
    pub(crate) created_by: AsActor,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// What is sealed in it, and where.
    pub(crate) fn sealed_record(self) -> SealedRecord {
        SealedRecord {
            place: SealedPlace::NamedSecret(self.secret_id.0, self.number.0),
            sealed: SealedSecret { key_id: self.key_id, bytes: self.sealed },
        }
    }
}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (NamedSecretVersion, SealedSecret);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let version = NamedSecretVersion {
            number: self.number.0,
            created_at: self.created_at.0,
            created_by: self.created_by.0,
        };
        Ok((version, SealedSecret { key_id: self.key_id, bytes: self.sealed }))
    }
}

/// The row for a version that `by` makes now.
pub(crate) fn row(version: &NewSecretVersion, by: &Actor, now: Timestamp) -> ActiveModel {
    ActiveModel {
        secret_id: Set(AsText(version.secret)),
        number: Set(AsInteger(version.number)),
        key_id: Set(version.sealed.key_id.clone()),
        sealed: Set(version.sealed.bytes.clone()),
        created_at: Set(AsMillis(now)),
        created_by: Set(AsActor(by.clone())),
    }
}

/// The newest versions of `secret`, the newest first.
pub(crate) fn newest(secret: NamedSecretId, limit: u32) -> Select<Entity> {
    let own = Entity::find().filter(Column::SecretId.eq(AsText(secret)));
    own.order_by_desc(Column::Number).limit(u64::from(limit))
}

/// One version of `secret`.
pub(crate) fn one(secret: NamedSecretId, number: VersionNumber) -> Select<Entity> {
    Entity::find().filter(Column::SecretId.eq(AsText(secret))).filter(Column::Number.eq(AsInteger(number)))
}

/// Removes the versions of `secret` up to and with this one.
pub(crate) fn remove_until(secret: NamedSecretId, last: VersionNumber) -> DeleteMany<Entity> {
    Entity::delete_many()
        .filter(Column::SecretId.eq(AsText(secret)))
        .filter(Column::Number.lte(AsInteger(last)))
}

/// Those of all secrets that are sealed with another key.
pub(crate) fn under_other_keys(key_id: &str) -> Select<Entity> {
    let others = Entity::find().filter(Column::KeyId.ne(key_id));
    others.order_by_asc(Column::SecretId).order_by_asc(Column::Number)
}

/// Puts `after` in the place of `before`.
pub(crate) fn seal_anew(
    secret: NamedSecretId,
    number: VersionNumber,
    before: &SealedSecret,
    after: &SealedSecret,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::KeyId, Expr::value(after.key_id.clone()))
        .col_expr(Column::Sealed, Expr::value(after.bytes.clone()))
        .filter(Column::SecretId.eq(AsText(secret)))
        .filter(Column::Number.eq(AsInteger(number)))
        .filter(Column::Sealed.eq(before.bytes.clone()))
}
