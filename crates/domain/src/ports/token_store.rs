//! API tokens. Only their hashes are stored.

use async_trait::async_trait;

use super::StoreError;
use crate::actor::{Actor, ActorName};
use crate::ids::{InstanceId, TokenId};
use crate::time::Timestamp;

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Identity.
    pub id: TokenId,
    /// Its name; recorded as the actor in the audit.
    pub name: ActorName,
    /// SHA-256 of the secret. The secret has 256 random bits, so a slow hash would add nothing.
    pub hash: [u8; 32],
    /// When it was created.
    pub created_at: Timestamp,
}

/// Stores tokens and the id of this installation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Every valid token; there are few.
    async fn list(&self) -> Result<Vec<Token>, StoreError>;

    /// Adds a token. A token of the same name is replaced in the same transaction, with an audit entry.
    async fn replace(&self, token: &Token, by: &Actor) -> Result<(), StoreError>;

    /// The id of this installation: `candidate` on the very first call, the same one from then on.
    async fn instance(&self, candidate: InstanceId) -> Result<InstanceId, StoreError>;
}
