//! Users.

use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{SealedPlace, SealedRecord, SealedSecret, StoreError};
use core_monitor_domain::user::{Invitation, PasswordHash, ProviderSubject, Totp, TotpStep, User, UserName};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{QueryOrder, QuerySelect, UpdateMany};

use crate::cell::{AsMillis, AsText, CellError, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) user_id: AsText<UserId>,
    pub(crate) name: AsText<UserName>,
    pub(crate) grants: Json,
    pub(crate) administers: bool,
    pub(crate) password: Option<String>,
    pub(crate) totp_key: Option<String>,
    pub(crate) totp_secret: Option<Vec<u8>>,
    pub(crate) totp_used: Option<i64>,
    pub(crate) invitation: Option<Vec<u8>>,
    pub(crate) invited_until: Option<AsMillis>,
    pub(crate) created_at: AsMillis,
    pub(crate) signed_in_at: Option<AsMillis>,
    pub(crate) issuer: Option<String>,
    pub(crate) subject: Option<String>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = User;

    fn read(self) -> Result<User, DbErr> {
        let totp = match (self.totp_key, self.totp_secret, self.totp_used) {
            (Some(key_id), Some(bytes), Some(used)) => {
                let used =
                    u64::try_from(used).map_err(|_| CellError::new(Column::TotpUsed, "a step below zero"))?;
                Some(Totp { secret: SealedSecret { key_id, bytes }, used: TotpStep(used) })
            }
            _ => None,
        };
        let invitation = match (self.invitation, self.invited_until) {
            (Some(hash), Some(expires_at)) => {
                let hash = hash.try_into().map_err(|hash: Vec<u8>| {
                    CellError::new(Column::Invitation, format!("{} bytes are no SHA-256 hash", hash.len()))
                })?;
                Some(Invitation { hash, expires_at: expires_at.0 })
            }
            _ => None,
        };
        let provided = match (self.issuer, self.subject) {
            (Some(issuer), Some(subject)) => {
                let provided = ProviderSubject::new(&issuer, &subject);
                Some(provided.map_err(|error| CellError::new(Column::Subject, error))?)
            }
            _ => None,
        };
        Ok(User {
            id: self.user_id.0,
            name: self.name.0,
            grants: self.grants.read(Column::Grants)?,
            password: self.password.map(PasswordHash::new),
            totp,
            invitation,
            provided,
            created_at: self.created_at.0,
            signed_in_at: self.signed_in_at.map(|cell| cell.0),
        })
    }
}

impl Model {
    /// What is sealed in this row, if it has one-time codes.
    pub(crate) fn sealed_record(self) -> Option<SealedRecord> {
        let sealed = SealedSecret { key_id: self.totp_key?, bytes: self.totp_secret? };
        Some(SealedRecord { place: SealedPlace::OneTimeCodes(self.user_id.0), sealed })
    }
}

/// The row for `user`.
pub(crate) fn row(user: &User) -> Result<ActiveModel, StoreError> {
    let last_step = |totp: &Totp| i64::try_from(totp.used.0).unwrap_or(i64::MAX);
    Ok(ActiveModel {
        user_id: Set(AsText(user.id)),
        name: Set(AsText(user.name.clone())),
        grants: Set(Json::of(&user.grants)?),
        administers: Set(user.administers()),
        password: Set(user.password.as_ref().map(|hash| hash.expose().to_owned())),
        totp_key: Set(user.totp.as_ref().map(|totp| totp.secret.key_id.clone())),
        totp_secret: Set(user.totp.as_ref().map(|totp| totp.secret.bytes.clone())),
        totp_used: Set(user.totp.as_ref().map(last_step)),
        invitation: Set(user.invitation.as_ref().map(|invitation| invitation.hash.to_vec())),
        invited_until: Set(user.invitation.as_ref().map(|invitation| AsMillis(invitation.expires_at))),
        created_at: Set(AsMillis(user.created_at)),
        signed_in_at: Set(user.signed_in_at.map(AsMillis)),
        issuer: Set(user.provided.as_ref().map(|provided| provided.issuer().to_owned())),
        subject: Set(user.provided.as_ref().map(|provided| provided.subject().to_owned())),
    })
}

/// The user `id`.
pub(crate) fn by_id(id: UserId) -> Select<Entity> {
    Entity::find().filter(Column::UserId.eq(AsText(id)))
}

/// The user of this name.
pub(crate) fn by_name(name: &UserName) -> Select<Entity> {
    Entity::find().filter(Column::Name.eq(name.as_str()))
}

/// The user whose invitation has this hash.
pub(crate) fn by_invitation(hash: &[u8; 32]) -> Select<Entity> {
    Entity::find().filter(Column::Invitation.eq(hash.to_vec()))
}

/// The user who is this at their provider.
pub(crate) fn by_subject(subject: &ProviderSubject) -> Select<Entity> {
    let of_provider = Entity::find().filter(Column::Issuer.eq(subject.issuer()));
    of_provider.filter(Column::Subject.eq(subject.subject()))
}

/// Users by name.
pub(crate) fn page(after: Option<UserName>, limit: u32) -> Select<Entity> {
    let query = Entity::find().order_by_asc(Column::Name).limit(u64::from(limit));
    match after {
        Some(after) => query.filter(Column::Name.gt(after.as_str())),
        None => query,
    }
}

/// Somebody else who administers.
pub(crate) fn other_administrator(than: UserId) -> Select<Entity> {
    let others = Entity::find().filter(Column::Administers.eq(true));
    others.filter(Column::UserId.ne(AsText(than))).limit(1)
}

/// Those whose one-time codes are sealed with another key.
pub(crate) fn under_other_keys(key_id: &str) -> Select<Entity> {
    let sealed = Entity::find().filter(Column::TotpKey.is_not_null()).filter(Column::TotpKey.ne(key_id));
    sealed.order_by_asc(Column::UserId)
}

/// Puts `after` in the place of `before`.
pub(crate) fn seal_anew(id: UserId, before: &SealedSecret, after: &SealedSecret) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::TotpKey, Expr::value(after.key_id.clone()))
        .col_expr(Column::TotpSecret, Expr::value(after.bytes.clone()))
        .filter(Column::UserId.eq(AsText(id)))
        .filter(Column::TotpSecret.eq(before.bytes.clone()))
}
