//! [`SecretStore`] in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use async_trait::async_trait;
use core_monitor_domain::access::Action;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, Change};
use core_monitor_domain::ids::{NamedSecretId, StackId, VersionNumber};
use core_monitor_domain::named_secret::{
    NamedSecret, NamedSecretChange, NamedSecretName, NamedSecretVersion, NewSecretVersion, SecretUser, needed,
};
use core_monitor_domain::ports::{
    NamedSecretError, SHOWN_SECRET_VERSIONS, SealedSecret, SecretStore, StoreError,
};
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;
use super::state::State;

/// Named secrets in memory.
#[derive(Debug, Clone)]
pub struct SimSecretStore {
    db: SimDatabase,
}

/// The tables of named secrets.
#[derive(Debug, Default)]
pub(super) struct SecretTables {
    pub(super) secrets: BTreeMap<NamedSecretName, NamedSecret>,
    pub(super) versions: BTreeMap<(NamedSecretId, VersionNumber), (NamedSecretVersion, SealedSecret)>,
    /// How often they were changed.
    pub(super) changes: u64,
}

impl SimSecretStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SecretStore for SimSecretStore {
    async fn list(&self, after: Option<NamedSecretName>, limit: u32) -> Result<Vec<NamedSecret>, StoreError> {
        self.db.read("SecretStore::list", |state| {
            let after = after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
            let secrets = state.named.secrets.range::<NamedSecretName, _>((after, Bound::Unbounded));
            let most = usize::try_from(limit).unwrap_or(usize::MAX);
            Ok(secrets.map(|(_, secret)| secret.clone()).take(most).collect())
        })
    }

    async fn find(&self, name: &NamedSecretName) -> Result<Option<NamedSecret>, StoreError> {
        self.db.read("SecretStore::find", |state| Ok(state.named.secrets.get(name).cloned()))
    }

    async fn versions(&self, secret: NamedSecretId) -> Result<Vec<NamedSecretVersion>, StoreError> {
        self.db.read("SecretStore::versions", |state| {
            Ok(state.named.newest(secret).map(|(version, _)| version.clone()).collect())
        })
    }

    async fn sealed(
        &self,
        secret: NamedSecretId,
        number: VersionNumber,
    ) -> Result<Option<SealedSecret>, StoreError> {
        self.db.read("SecretStore::sealed", |state| {
            Ok(state.named.versions.get(&(secret, number)).map(|(_, sealed)| sealed.clone()))
        })
    }

    async fn users(
        &self,
        names: &[NamedSecretName],
    ) -> Result<BTreeMap<NamedSecretName, Vec<SecretUser>>, StoreError> {
        self.db.read("SecretStore::users", |state| {
            let users = names.iter().map(|name| (name.clone(), users(state, name)));
            Ok(users.filter(|(_, users)| !users.is_empty()).collect())
        })
    }

    async fn add(
        &self,
        secret: &NamedSecret,
        sealed: &SealedSecret,
        most: u32,
    ) -> Result<(), NamedSecretError> {
        self.db.write("SecretStore::add", |state| {
            if state.named.secrets.contains_key(&secret.name) {
                return Err(NamedSecretError::NameTaken);
            }
            if state.named.secrets.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
                return Err(NamedSecretError::TooMany { most });
            }
            state.named.put(secret, Some(sealed.clone()));
            let (by, now) = (&secret.created_by, secret.created_at);
            state.audit(AuditEntry::of_secret(&secret.name, Action::CreateSecret, Change::Created, by, now));
            Ok(())
        })
    }

    async fn add_version(
        &self,
        version: &NewSecretVersion,
        by: &Actor,
        now: Timestamp,
    ) -> Result<NamedSecret, NamedSecretError> {
        self.db.write("SecretStore::add_version", |state| {
            let found = state.named.secrets.values().find(|secret| secret.id == version.secret);
            let mut secret = found.cloned().ok_or(NamedSecretError::NotFound)?;
            if version.number.0 != secret.latest.number.0 + 1 {
                return Err(NamedSecretError::Changed);
            }
            secret.latest =
                NamedSecretVersion { number: version.number, created_at: now, created_by: by.clone() };
            state.named.put(&secret, Some(version.sealed.clone()));
            let last = VersionNumber(version.number.0.saturating_sub(NamedSecret::VERSIONS));
            state.named.versions.retain(|(id, number), _| *id != secret.id || *number > last);
            let name = &secret.name;
            state.audit(AuditEntry::of_secret(name, Action::AddSecretVersion, Change::Replaced, by, now));
            Ok(secret)
        })
    }

    async fn change(
        &self,
        name: &NamedSecretName,
        change: NamedSecretChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<NamedSecret, NamedSecretError> {
        self.db.write("SecretStore::change", |state| {
            let mut secret = state.named.secrets.get(name).cloned().ok_or(NamedSecretError::NotFound)?;
            change.clone().apply(&mut secret);
            state.named.put(&secret, None);
            state.audit(AuditEntry::of_secret(name, Action::ChangeSecret, Change::Replaced, by, now));
            Ok(secret)
        })
    }

    async fn remove(
        &self,
        name: &NamedSecretName,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), NamedSecretError> {
        self.db.write("SecretStore::remove", |state| {
            let secret = state.named.secrets.get(name).cloned().ok_or(NamedSecretError::NotFound)?;
            let stacks = users(state, name);
            if !stacks.is_empty() {
                return Err(NamedSecretError::InUse { stacks });
            }
            state.named.secrets.remove(name);
            state.named.versions.retain(|(id, _), _| *id != secret.id);
            state.named.changes += 1;
            state.audit(AuditEntry::of_secret(name, Action::DeleteSecret, Change::Removed, by, now));
            Ok(())
        })
    }
}

impl SecretTables {
    /// Stores a secret, with its newest version if that is new.
    fn put(&mut self, secret: &NamedSecret, sealed: Option<SealedSecret>) {
        self.secrets.insert(secret.name.clone(), secret.clone());
        if let Some(sealed) = sealed {
            self.versions.insert((secret.id, secret.latest.number), (secret.latest.clone(), sealed));
        }
        self.changes += 1;
    }

    /// The versions of a secret, the newest first.
    fn newest(&self, secret: NamedSecretId) -> impl Iterator<Item = &(NamedSecretVersion, SealedSecret)> {
        let own = (secret, VersionNumber(0))..=(secret, VersionNumber(u32::MAX));
        self.versions.range(own).rev().map(|(_, version)| version)
    }
}

/// The stacks whose applied or newest version asks for a secret, by name.
fn users(state: &State, name: &NamedSecretName) -> Vec<SecretUser> {
    let live = state.stacks.values().filter(|stack| stack.deleted_at.is_none());
    let using = live.filter(|stack| {
        let shown = [Some(stack.latest_version), stack.current_version].into_iter().flatten();
        shown
            .filter_map(|version| state.versions.get(&(stack.id, version)))
            .any(|version| names(version).contains(name))
    });
    let users: BTreeSet<_> =
        using.map(|stack| SecretUser { name: stack.name.clone(), id: stack.id }).collect();
    users.into_iter().collect()
}

fn names(version: &StackVersion) -> BTreeSet<NamedSecretName> {
    let wanted = needed(&version.model, &version.secrets);
    wanted.into_iter().filter_map(|needed| needed.name.parse().ok()).collect()
}

/// The sealed values of the named secrets that any version of a stack asks for, the newest of each.
pub(super) fn sealed(state: &State, stack: StackId) -> Vec<(SecretRef, SealedSecret)> {
    let versions = state.versions.range((stack, VersionNumber(0))..=(stack, VersionNumber(u32::MAX)));
    let wanted: BTreeSet<_> = versions.flat_map(|(_, version)| names(version)).collect();
    let secrets = wanted.iter().filter_map(|name| state.named.secrets.get(name));
    let most = usize::try_from(SHOWN_SECRET_VERSIONS).unwrap_or(usize::MAX);
    secrets
        .flat_map(|secret| {
            let newest = state.named.newest(secret.id).take(most);
            newest.map(|(version, sealed)| {
                (SecretRef::named(&secret.name, secret.id, version.number), sealed.clone())
            })
        })
        .collect()
}
