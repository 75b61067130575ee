//! Sealed values of secret variables.

use std::sync::Arc;

use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{SealedPlace, SealedRecord, SealedSecret};
use core_monitor_domain::secret_variable::{SecretName, SecretRef};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, UpdateMany};

use crate::cell::{AsMillis, AsText};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "stack_secret")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) stack_id: AsText<StackId>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) name: AsText<SecretName>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) fingerprint: String,
    pub(crate) key_id: String,
    pub(crate) sealed: Vec<u8>,
    pub(crate) created_at: AsMillis,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = (SecretRef, SealedSecret);

    fn read(self) -> Result<Self::Meaning, DbErr> {
        let reference = SecretRef { name: self.name.0, fingerprint: self.fingerprint.into() };
        Ok((reference, SealedSecret { key_id: self.key_id, bytes: self.sealed }))
    }
}

impl Model {
    /// What is sealed in this row.
    pub(crate) fn sealed_record(self) -> SealedRecord {
        let secret = SecretRef { name: self.name.0, fingerprint: self.fingerprint.into() };
        let sealed = SealedSecret { key_id: self.key_id, bytes: self.sealed };
        SealedRecord { place: SealedPlace::SecretVariable(self.stack_id.0, secret), sealed }
    }
}

/// The row for a secret of `stack`.
pub(crate) fn row(stack: StackId, secret: &SecretRef, sealed: &SealedSecret, now: Timestamp) -> ActiveModel {
    ActiveModel {
        stack_id: Set(AsText(stack)),
        name: Set(AsText(secret.name.clone())),
        fingerprint: Set(secret.fingerprint.to_string()),
        key_id: Set(sealed.key_id.clone()),
        sealed: Set(sealed.bytes.clone()),
        created_at: Set(AsMillis(now)),
    }
}

/// All secrets of `stack`.
pub(crate) fn all(stack: StackId) -> Select<Entity> {
    Entity::find()
        .filter(Column::StackId.eq(AsText(stack)))
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Fingerprint)
}

/// One secret of `stack`.
pub(crate) fn one(stack: StackId, secret: &SecretRef) -> Select<Entity> {
    Entity::find()
        .filter(Column::StackId.eq(AsText(stack)))
        .filter(Column::Name.eq(AsText(secret.name.clone())))
        .filter(Column::Fingerprint.eq(Arc::clone(&secret.fingerprint).as_ref()))
}

/// Those of all stacks that are sealed with another key.
pub(crate) fn under_other_keys(key_id: &str) -> Select<Entity> {
    Entity::find()
        .filter(Column::KeyId.ne(key_id))
        .order_by_asc(Column::StackId)
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Fingerprint)
}

/// Puts `after` in the place of `before`.
pub(crate) fn seal_anew(
    stack: StackId,
    secret: &SecretRef,
    before: &SealedSecret,
    after: &SealedSecret,
) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::KeyId, Expr::value(after.key_id.clone()))
        .col_expr(Column::Sealed, Expr::value(after.bytes.clone()))
        .filter(Column::StackId.eq(AsText(stack)))
        .filter(Column::Name.eq(AsText(secret.name.clone())))
        .filter(Column::Fingerprint.eq(secret.fingerprint.as_ref()))
        .filter(Column::Sealed.eq(before.bytes.clone()))
}
