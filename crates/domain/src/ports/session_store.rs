//! Sessions of browsers. Only the hashes of their secrets are stored.

use async_trait::async_trait;

use super::StoreError;
use crate::access::Action;
use crate::actor::Actor;
use crate::ids::SessionId;
use crate::session::{Session, SessionHash, SessionLimits};
use crate::time::Timestamp;

/// Stores sessions. Those of a token are gone when the token is: [`TokenStore::replace`](super::TokenStore::replace) removes them in
/// its transaction.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Adds a session, with an audit entry. Those that [leave](SessionLimits::leaving) for it are removed in the same transaction,
    /// those crowded out with an audit entry each.
    async fn open(&self, session: &Session, limits: &SessionLimits) -> Result<(), StoreError>;

    /// Finds a session by the hash of its secret, also one that is over.
    async fn find(&self, hash: &SessionHash) -> Result<Option<Session>, StoreError>;

    /// Every session, also those that are over, the newest first; there are few.
    async fn list(&self) -> Result<Vec<Session>, StoreError>;

    /// Records a use at `now`. A later one that is recorded already stays, and a session that is gone stays gone.
    async fn touch(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError>;

    /// Removes a session. Returns whether it existed; only then an audit entry is added, with `action`.
    async fn close(
        &self,
        id: SessionId,
        action: Action,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
