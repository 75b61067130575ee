//! Named secrets. Their values are sealed before they come here.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{SealedSecret, StoreError};
use crate::actor::Actor;
use crate::ids::{NamedSecretId, VersionNumber};
use crate::named_secret::{
    NamedSecret, NamedSecretChange, NamedSecretName, NamedSecretVersion, NewSecretVersion, SecretUser,
};
use crate::time::Timestamp;

/// How many versions of a named secret are looked for in the texts that containers and engines produce: those of containers that
/// were not created again since.
pub const SHOWN_SECRET_VERSIONS: u32 = 3;

/// Why a named secret was not stored, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum NamedSecretError {
    /// There is one of this name.
    #[error("there is a secret of this name already")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {most} secrets already, which are as many as there may be")]
    TooMany {
        /// As many.
        most: u32,
    },
    /// There is no such secret.
    #[error("there is no such secret")]
    NotFound,
    /// Somebody else has added a version.
    #[error("the secret has got another version meanwhile")]
    Changed,
    /// Stacks use it.
    #[error("{} stacks use the secret", stacks.len())]
    InUse {
        /// By name. Never empty.
        stacks: Vec<SecretUser>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores named secrets.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait SecretStore: Send + Sync {
    /// Up to `limit` secrets by name, those after `after` if it is given.
    async fn list(&self, after: Option<NamedSecretName>, limit: u32) -> Result<Vec<NamedSecret>, StoreError>;

    /// The secret of this name.
    async fn find(&self, name: &NamedSecretName) -> Result<Option<NamedSecret>, StoreError>;

    /// The versions of a secret that are kept, the newest first.
    async fn versions(&self, secret: NamedSecretId) -> Result<Vec<NamedSecretVersion>, StoreError>;

    /// The value of a version, as it was sealed.
    async fn sealed(
        &self,
        secret: NamedSecretId,
        number: VersionNumber,
    ) -> Result<Option<SealedSecret>, StoreError>;

    /// The stacks whose applied or newest version asks for these secrets, by name. Those that nobody uses are not in it.
    async fn users(
        &self,
        names: &[NamedSecretName],
    ) -> Result<BTreeMap<NamedSecretName, Vec<SecretUser>>, StoreError>;

    /// Adds a secret with its first version, with an audit entry, unless there is one of the name or there are `most`.
    async fn add(
        &self,
        secret: &NamedSecret,
        sealed: &SealedSecret,
        most: u32,
    ) -> Result<(), NamedSecretError>;

    /// Adds the next version, with an audit entry, and drops the oldest of more than
    /// [`VERSIONS`](NamedSecret::VERSIONS). Refuses one that is not the next with [`Changed`](NamedSecretError::Changed).
    async fn add_version(
        &self,
        version: &NewSecretVersion,
        by: &Actor,
        now: Timestamp,
    ) -> Result<NamedSecret, NamedSecretError>;

    /// Changes a secret, with an audit entry, and returns how it is now.
    async fn change(
        &self,
        name: &NamedSecretName,
        change: NamedSecretChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<NamedSecret, NamedSecretError>;

    /// Deletes a secret with all its versions, with an audit entry, unless a stack [uses](Self::users) it.
    async fn remove(
        &self,
        name: &NamedSecretName,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), NamedSecretError>;
}
