//! API tokens by their hashes.

use core_monitor_domain::actor::ActorName;
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::Token;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::cell::{AsMillis, AsText, CellError};
use crate::rows::Record;

#[derive(Debug, Clone, DeriveEntityModel)]
#[sea_orm(table_name = "token")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) token_id: AsText<TokenId>,
    pub(crate) name: AsText<ActorName>,
    pub(crate) hash: Vec<u8>,
    pub(crate) created_at: AsMillis,
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
        Ok(Token { id: self.token_id.0, name: self.name.0, hash, created_at: self.created_at.0 })
    }
}

/// The row for `token`.
pub(crate) fn row(token: &Token) -> ActiveModel {
    ActiveModel {
        token_id: Set(AsText(token.id)),
        name: Set(AsText(token.name.clone())),
        hash: Set(token.hash.to_vec()),
        created_at: Set(AsMillis(token.created_at)),
    }
}
