//! [`TokenStore`]: API tokens by their hashes, and the identity of this installation.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{StoreError, Token, TokenStore};
use sea_orm::{FromQueryResult, Value};

use crate::database::Connections;
use crate::sql::{self, Row, millis, text};
use crate::store_error::Place;

/// Tokens in the database.
#[derive(Debug, Clone)]
pub struct SeaOrmTokenStore {
    db: Arc<Connections>,
}

impl SeaOrmTokenStore {
    pub(crate) fn new(db: Arc<Connections>) -> Self {
        Self { db }
    }
}

#[async_trait]
impl TokenStore for SeaOrmTokenStore {
    async fn list(&self) -> Result<Vec<Token>, StoreError> {
        let query = "SELECT token_id, name, hash, created_at FROM token ORDER BY name";
        let rows = sql::list::<TokenRow>(self.db.reader(), query, []).await?;
        rows.into_iter().map(TokenRow::into_token).collect()
    }

    async fn replace(&self, token: &Token) -> Result<(), StoreError> {
        let tx = self.db.write().await?;
        sql::execute(&*tx, "DELETE FROM token WHERE name = $1", [text(&token.name)]).await?;
        sql::execute(
            &*tx,
            "INSERT INTO token (token_id, name, hash, created_at) VALUES ($1, $2, $3, $4)",
            [text(token.id), text(&token.name), Value::from(token.hash.to_vec()), millis(token.created_at)],
        )
        .await?;
        tx.commit().await
    }

    async fn instance(&self, candidate: InstanceId) -> Result<InstanceId, StoreError> {
        let tx = self.db.write().await?;
        let keep = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
        sql::execute(&*tx, keep, [text(INSTANCE), text(candidate)]).await?;
        let query = "SELECT value FROM setting WHERE name = $1";
        let row = sql::one::<SettingRow>(&*tx, query, [text(INSTANCE)]).await?;
        tx.commit().await?;
        Place::new(SettingRow::TABLE, INSTANCE).parse("value", &row.value)
    }
}

/// The setting that holds this installation's id.
const INSTANCE: &str = "instance";

#[derive(Debug, FromQueryResult)]
struct SettingRow {
    value: String,
}

impl Row for SettingRow {
    const TABLE: &'static str = "setting";
}

#[derive(Debug, FromQueryResult)]
struct TokenRow {
    token_id: String,
    name: String,
    hash: Vec<u8>,
    created_at: i64,
}

impl Row for TokenRow {
    const TABLE: &'static str = "token";
}

impl TokenRow {
    fn into_token(self) -> Result<Token, StoreError> {
        let place = Place::new(Self::TABLE, &self.token_id);
        let hash = self.hash.try_into().map_err(|hash: Vec<u8>| {
            place.corrupt("hash", format!("{} bytes are no SHA-256 hash", hash.len()))
        })?;
        Ok(Token {
            id: place.parse("token_id", &self.token_id)?,
            created_at: place.time("created_at", self.created_at)?,
            name: self.name,
            hash,
        })
    }
}
