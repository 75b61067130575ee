//! Everything in the store that is sealed, for sealing it with another key.

use async_trait::async_trait;

use super::StoreError;
use crate::ids::{NamedSecretId, StackId, UserId, VersionNumber};
use crate::registry::RegistryHost;
use crate::sealed_secret::SealedSecret;
use crate::secret_variable::SecretRef;

/// What kind of record has something sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedKind {
    /// Credentials of registries.
    Registry,
    /// Values of secret variables.
    SecretVariable,
    /// Secrets of one-time codes.
    OneTimeCodes,
    /// Versions of named secrets.
    NamedSecret,
}

impl SealedKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Registry, Self::SecretVariable, Self::OneTimeCodes, Self::NamedSecret];
}

/// Where something sealed is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealedPlace {
    /// The credentials of a registry.
    Registry(RegistryHost),
    /// A value of a secret variable of a stack.
    SecretVariable(StackId, SecretRef),
    /// The secret of a user's one-time codes.
    OneTimeCodes(UserId),
    /// A version of a named secret.
    NamedSecret(NamedSecretId, VersionNumber),
}

/// Something sealed, and where it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRecord {
    /// Where.
    pub place: SealedPlace,
    /// What is stored there.
    pub sealed: SealedSecret,
}

/// A record whose secret was sealed anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedAnew {
    /// Where.
    pub place: SealedPlace,
    /// What was read there.
    pub before: SealedSecret,
    /// What takes its place: the same secret, sealed with another key.
    pub after: SealedSecret,
}

/// Reads and replaces what is sealed, whatever record it is part of. Nothing else of a record changes.
#[async_trait]
pub trait SealedRecords: Send + Sync {
    /// At most `limit` records of `kind` that were sealed with another key than `key_id`, always in the same order, without
    /// the first `skip` of them.
    async fn under_other_keys(
        &self,
        kind: SealedKind,
        key_id: &str,
        skip: u64,
        limit: u32,
    ) -> Result<Vec<SealedRecord>, StoreError>;

    /// Puts what was sealed anew into its place, all at once. A record that has changed since it was read, or is gone, stays
    /// as it is. Returns how many were replaced.
    async fn replace(&self, records: &[SealedAnew]) -> Result<u64, StoreError>;
}
