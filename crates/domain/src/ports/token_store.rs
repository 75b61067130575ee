//! API tokens. Only their hashes are stored.

use async_trait::async_trait;

use super::StoreError;
use crate::ids::{InstanceId, TokenId};
use crate::time::Timestamp;

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Identity.
    pub id: TokenId,
    /// Whom it stands for; written into the audit as the actor.
    pub name: String,
    /// SHA-256 of the secret. The secret has 256 random bits, so a slow hash would add nothing.
    pub hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
}

/// Holds tokens and the identity of this installation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Every valid token; there are few.
    async fn list(&self) -> Result<Vec<Token>, StoreError>;

    /// Adds a token. Tokens with the same `name` are replaced in the same transaction.
    async fn replace(&self, token: &Token) -> Result<(), StoreError>;

    /// This installation's id: `candidate` on the first call ever, the same one after that.
    async fn instance(&self, candidate: InstanceId) -> Result<InstanceId, StoreError>;
}
