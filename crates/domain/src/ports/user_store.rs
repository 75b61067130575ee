//! Users. Of passwords and invitations only hashes are stored.

use async_trait::async_trait;

use super::StoreError;
use crate::actor::Actor;
use crate::ids::UserId;
use crate::time::Timestamp;
use crate::user::{ProviderSubject, User, UserChange, UserChangeError, UserName};

/// Why a user was not stored, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// There is a user of this name.
    #[error("there is a user of this name already")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {most} users already, which are as many as there may be")]
    TooMany {
        /// As many.
        most: u32,
    },
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// There are users, so that nobody can be the first one any more.
    #[error("there are users already")]
    NotFirst,
    /// Nobody else who can sign in may do everything.
    #[error("no other user who can sign in is an administrator of everything")]
    LastAdministrator,
    /// The user is not as the change needs them to be.
    #[error(transparent)]
    Change(#[from] UserChangeError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores users. The sessions of a user are gone when the user is.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Up to `limit` users by name, those after `after` if it is given.
    async fn list(&self, after: Option<UserName>, limit: u32) -> Result<Vec<User>, StoreError>;

    /// One user.
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError>;

    /// The user of this name.
    async fn named(&self, name: &UserName) -> Result<Option<User>, StoreError>;

    /// The user whose invitation has this hash, also if its time has run out.
    async fn invited(&self, hash: &[u8; 32]) -> Result<Option<User>, StoreError>;

    /// The user who is this at their provider.
    async fn provided(&self, subject: &ProviderSubject) -> Result<Option<User>, StoreError>;

    /// Adds a user, with an audit entry, unless there is one of the name or there are `most`.
    async fn add(&self, user: &User, most: u32, by: &Actor) -> Result<(), UserError>;

    /// Adds the first user, with an audit entry in their own name, unless there is any.
    async fn add_first(&self, user: &User) -> Result<(), UserError>;

    /// Changes a user as [`UserChange::apply`] does, with the audit entry and the end of the sessions that it says, and returns how they are
    /// now. Refuses to take the rights of the last one who [administers](User::administers).
    async fn change(
        &self,
        id: UserId,
        change: &UserChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<User, UserError>;

    /// Removes a user with their sessions, with an audit entry, unless nobody else [administers](User::administers).
    async fn remove(&self, name: &UserName, by: &Actor, now: Timestamp) -> Result<(), UserError>;
}
