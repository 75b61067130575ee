//! API tokens. Only their hashes are stored.

use async_trait::async_trait;

use super::StoreError;
use crate::access::Grant;
use crate::actor::{Actor, ActorName};
use crate::ids::{InstanceId, TokenId};
use crate::time::Timestamp;

/// A token as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Identity. One with another secret is another token.
    pub id: TokenId,
    /// Its name; recorded as the actor in the audit.
    pub name: ActorName,
    /// SHA-256 of the secret. The secret has 256 random bits, so a slow hash would add nothing.
    pub hash: [u8; 32],
    /// What its holder may do.
    pub grant: Grant,
    /// When it was created, or last got another secret.
    pub created_at: Timestamp,
    /// From when on it is not valid any more; `None` if it is until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; `None` if it never was.
    pub used_at: Option<Timestamp>,
}

impl Token {
    /// Whether its time has not run out yet.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|expires| now < expires)
    }
}

#[cfg(feature = "mocks")]
impl Token {
    /// A token of an administrator, for tests in which nobody is to be refused.
    pub fn of_administrator(id: TokenId) -> Self {
        Self {
            id,
            name: ActorName::from_unchecked("administrator"),
            hash: [0; 32],
            grant: Grant::administrator(),
            created_at: Timestamp::beginning(),
            expires_at: None,
            used_at: None,
        }
    }
}

/// Why a token was not stored.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// There is a token of this name.
    #[error("there is a token of this name already")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {most} tokens already, which are as many as there may be")]
    TooMany {
        /// As many.
        most: u32,
    },
    /// There is no token of this name.
    #[error("there is no such token")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores tokens and the id of this installation.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Every token, by name, also those whose time has run out; there are few.
    async fn list(&self) -> Result<Vec<Token>, StoreError>;

    /// One token.
    async fn find(&self, id: TokenId) -> Result<Option<Token>, StoreError>;

    /// The token whose secret has this SHA-256. How long that takes tells nothing: nobody can choose what a secret hashes to.
    async fn of_hash(&self, hash: &[u8; 32]) -> Result<Option<Token>, StoreError>;

    /// Adds a token, with an audit entry, unless there is one of its name or there are `most`.
    async fn add(&self, token: &Token, most: u32, by: &Actor) -> Result<(), TokenError>;

    /// Adds a token. A token of the same name is replaced in the same transaction, with an audit entry, and the sessions that it
    /// began end.
    async fn replace(&self, token: &Token, by: &Actor) -> Result<(), StoreError>;

    /// Removes the token of this name, with an audit entry and the sessions that it began.
    async fn revoke(&self, name: &ActorName, by: &Actor, now: Timestamp) -> Result<(), TokenError>;

    /// Records that a token was used. Nothing happens if it is gone.
    async fn touch(&self, id: TokenId, now: Timestamp) -> Result<(), StoreError>;

    /// The id of this installation: `candidate` on the very first call, the same one from then on.
    async fn instance(&self, candidate: InstanceId) -> Result<InstanceId, StoreError>;
}
