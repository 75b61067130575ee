//! API tokens by their hashes.

use core_monitor_domain::actor::ActorName;
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::{StoreError, Token};
use core_monitor_domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{DeleteMany, QuerySelect, UpdateMany};

use crate::cell::{AsMillis, AsText, CellError, Json};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "token")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) token_id: AsText<TokenId>,
    pub(crate) name: AsText<ActorName>,
    pub(crate) hash: Vec<u8>,
    pub(crate) access: Json,
    pub(crate) created_at: AsMillis,
    pub(crate) expires_at: Option<AsMillis>,
    pub(crate) used_at: Option<AsMillis>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Record for Model {
    type Entity = Entity;
    type Meaning = Token;

    fn read(self) -> Result<Token, DbErr> {
        let hash = self.hash.try_into().map_err(|hash: Vec<u8>| {
            CellError::new(Column::Hash, format!("{} bytes are no SHA-256 hash", hash.len()))
        })?;
        Ok(Token {
            id: self.token_id.0,
            name: self.name.0,
            hash,
            grant: self.access.read(Column::Access)?,
            created_at: self.created_at.0,
            expires_at: self.expires_at.map(|cell| cell.0),
            used_at: self.used_at.map(|cell| cell.0),
        })
    }
}

/// The row for `token`.
pub(crate) fn row(token: &Token) -> Result<ActiveModel, StoreError> {
    Ok(ActiveModel {
        token_id: Set(AsText(token.id)),
        name: Set(AsText(token.name.clone())),
        hash: Set(token.hash.to_vec()),
        access: Set(Json::of(&token.grant)?),
        created_at: Set(AsMillis(token.created_at)),
        expires_at: Set(token.expires_at.map(AsMillis)),
        used_at: Set(token.used_at.map(AsMillis)),
    })
}

/// The token `id`.
pub(crate) fn by_id(id: TokenId) -> Select<Entity> {
    Entity::find().filter(Column::TokenId.eq(AsText(id)))
}

/// The token with this hash.
pub(crate) fn by_hash(hash: &[u8; 32]) -> Select<Entity> {
    Entity::find().filter(Column::Hash.eq(hash.to_vec())).limit(1)
}

/// Removes the token of this name.
pub(crate) fn remove(name: &ActorName) -> DeleteMany<Entity> {
    Entity::delete_many().filter(Column::Name.eq(name.as_str()))
}

/// Notes that a token was used.
pub(crate) fn touch(id: TokenId, now: Timestamp) -> UpdateMany<Entity> {
    let used =
        ActiveModel { used_at: Set(Some(AsMillis(now))), ..<ActiveModel as ActiveModelTrait>::default() };
    Entity::update_many().set(used).filter(Column::TokenId.eq(AsText(id)))
}
