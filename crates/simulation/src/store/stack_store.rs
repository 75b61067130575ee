//! [`StackStore`] in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, SlotKey};
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::named_secret::{LatestSecret, NamedSecretName};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{
    Deployed, IfMatch, NewApply, NewDeployment, NewStack, NewVersion, Page, SaveError, Saved, SealedSecret,
    StackFilter, StackStore, StoreError,
};
use core_monitor_domain::release::Release;
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack::{SettingsChange, Stack, StackLabels};
use core_monitor_domain::stack_version::{FileEntry, SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;
use super::command_queue::page;
use super::saved_versions::{add_and_apply, add_version, by_name, create, deploy, replayed, shown};
use super::secret_store;

/// Stacks in memory.
#[derive(Debug, Clone)]
pub struct SimStackStore {
    db: SimDatabase,
}

impl SimStackStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl StackStore for SimStackStore {
    async fn create(&self, new: NewStack) -> Result<Saved, SaveError> {
        self.db.write("StackStore::create", |state| {
            if let Some(earlier) = replayed(state, &new.version)? {
                return Ok(earlier);
            }
            create(state, new)
        })
    }

    async fn add_version(
        &self,
        stack: StackId,
        if_match: IfMatch,
        new: NewVersion,
    ) -> Result<Saved, SaveError> {
        self.db.write("StackStore::add_version", |state| {
            if let Some(earlier) = replayed(state, &new)? {
                return Ok(earlier);
            }
            add_version(state, stack, if_match, new)
        })
    }

    async fn add_and_apply(
        &self,
        stack: StackId,
        if_match: IfMatch,
        new: NewVersion,
        apply: NewApply,
    ) -> Result<Deployed, SaveError> {
        self.db.write("StackStore::add_and_apply", |state| add_and_apply(state, stack, if_match, new, apply))
    }

    async fn deploy(&self, new: NewDeployment) -> Result<Deployed, SaveError> {
        self.db.write("StackStore::deploy", |state| deploy(state, new))
    }

    async fn artifacts(&self, stack: StackId) -> Result<Vec<(SlotKey, Artifact)>, StoreError> {
        self.db.read("StackStore::artifacts", |state| {
            let versions = state.versions.range((stack, VersionNumber(0))..=(stack, VersionNumber(u32::MAX)));
            let mut found: Vec<(SlotKey, Artifact)> = Vec::new();
            for (key, artifact) in versions.flat_map(|(_, version)| &version.artifacts) {
                if !found.iter().any(|(of, known)| of == key && known == artifact) {
                    found.push((key.clone(), artifact.clone()));
                }
            }
            Ok(found)
        })
    }

    async fn configure(
        &self,
        stack: StackId,
        change: SettingsChange,
        if_match: IfMatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Stack, SaveError> {
        self.db.write("StackStore::configure", |state| {
            let stack = state.live_stack(stack).cloned().ok_or(SaveError::StackNotFound)?;
            let Some(stack) = stack.configured(change, if_match)? else { return Ok(stack) };
            state.stacks.insert(stack.id, stack.clone());
            state.audit(AuditEntry::stack_configured(stack.id, by, now));
            Ok(stack)
        })
    }

    async fn set_labels(
        &self,
        stack: StackId,
        labels: StackLabels,
        if_match: IfMatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Stack, SaveError> {
        self.db.write("StackStore::set_labels", |state| {
            let before = state.live_stack(stack).cloned().ok_or(SaveError::StackNotFound)?;
            let Some(stack) = before.labelled(labels, if_match)? else { return Ok(before) };
            state.stacks.insert(stack.id, stack.clone());
            state.audit(AuditEntry::stack_labelled(&before, &stack, by, now));
            Ok(stack)
        })
    }

    async fn find(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        self.db.read("StackStore::find", |state| Ok(state.live_stack(id).cloned()))
    }

    async fn find_with_deleted(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        self.db.read("StackStore::find_with_deleted", |state| Ok(state.stacks.get(&id).cloned()))
    }

    async fn find_all(&self, ids: &[StackId]) -> Result<Vec<Stack>, StoreError> {
        self.db.read("StackStore::find_all", |state| {
            let found = ids.iter().filter_map(|id| state.stacks.get(id));
            Ok(found.filter(|stack| stack.deleted_at.is_none()).cloned().collect())
        })
    }

    async fn find_by_name(&self, name: &StackName) -> Result<Option<Stack>, StoreError> {
        self.db.read("StackStore::find_by_name", |state| Ok(by_name(state, name).cloned()))
    }

    async fn predecessors(&self, name: &StackName) -> Result<BTreeSet<StackId>, StoreError> {
        self.db.read("StackStore::predecessors", |state| {
            let gone = |stack: &&Stack| stack.name == *name && stack.deleted_at.is_some();
            Ok(state.stacks.values().filter(gone).map(|stack| stack.id).collect())
        })
    }

    async fn predecessors_of(
        &self,
        names: &[StackName],
    ) -> Result<BTreeMap<StackName, BTreeSet<StackId>>, StoreError> {
        self.db.read("StackStore::predecessors_of", |state| {
            let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
            let gone = |stack: &&Stack| names.contains(&stack.name) && stack.deleted_at.is_some();
            for stack in state.stacks.values().filter(gone) {
                found.entry(stack.name.clone()).or_default().insert(stack.id);
            }
            Ok(found)
        })
    }

    async fn list(&self, filter: &StackFilter) -> Result<Page<Stack>, StoreError> {
        self.db.read("StackStore::list", |state| {
            let wanted = |stack: &&Stack| {
                stack.deleted_at.is_none()
                    && filter.name.as_ref().is_none_or(|name| stack.name == *name)
                    && filter.after.as_ref().is_none_or(|after| stack.name > *after)
            };
            let mut stacks: Vec<_> = state.stacks.values().filter(wanted).cloned().collect();
            stacks.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(page(stacks.into_iter(), filter.limit))
        })
    }

    async fn find_version(
        &self,
        stack: StackId,
        version: VersionNumber,
    ) -> Result<Option<StackVersion>, StoreError> {
        self.db.read("StackStore::find_version", |state| Ok(state.version(stack, version)))
    }

    async fn find_versions(
        &self,
        wanted: &[(StackId, VersionNumber)],
    ) -> Result<Vec<(StackVersion, Option<Release>)>, StoreError> {
        self.db.read("StackStore::find_versions", |state| {
            let last = |version: &StackVersion| {
                let of = (version.stack_id, version.version);
                let mut newest = state.releases.iter().rev();
                newest.find(|release| (release.stack_id, release.version) == of).cloned()
            };
            let found = wanted.iter().filter_map(|(stack, version)| state.version(*stack, *version));
            Ok(found.map(|version| (version.clone(), last(&version))).collect())
        })
    }

    async fn list_versions(
        &self,
        stack: StackId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<StackVersion>, StoreError> {
        self.db.read("StackStore::list_versions", |state| {
            let wanted = |version: &&StackVersion| {
                version.stack_id == stack && before.is_none_or(|before| version.version < before)
            };
            Ok(page(state.versions.values().rev().filter(wanted).map(shown), limit))
        })
    }

    async fn list_files(&self, stack: StackId, version: VersionNumber) -> Result<Vec<FileEntry>, StoreError> {
        self.db.read("StackStore::list_files", |state| {
            let files = state.files.get(&(stack, version)).into_iter().flatten();
            Ok(files.map(|(path, file)| file.entry(path)).collect())
        })
    }

    async fn read_file(
        &self,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<Option<SourceFile>, StoreError> {
        self.db.read("StackStore::read_file", |state| {
            Ok(state.files.get(&(stack, version)).and_then(|files| files.get(path)).cloned())
        })
    }

    async fn sealed_secret(
        &self,
        stack: StackId,
        secret: &SecretRef,
    ) -> Result<Option<SealedSecret>, StoreError> {
        self.db.read("StackStore::sealed_secret", |state| {
            Ok(state.secrets.get(&(stack, secret.clone())).cloned())
        })
    }

    async fn sealed_secrets(&self, stack: StackId) -> Result<Vec<(SecretRef, SealedSecret)>, StoreError> {
        self.db.read("StackStore::sealed_secrets", |state| {
            let of_stack = state.secrets.iter().filter(|((owner, _), _)| *owner == stack);
            let own = of_stack.map(|((_, secret), sealed)| (secret.clone(), sealed.clone()));
            Ok(own.chain(secret_store::sealed(state, stack)).collect())
        })
    }

    async fn latest_secrets(&self, names: &[NamedSecretName]) -> Result<Vec<LatestSecret>, StoreError> {
        self.db.read("StackStore::latest_secrets", |state| {
            let found = names.iter().filter_map(|name| state.named.secrets.get(name));
            Ok(found.map(LatestSecret::from).collect())
        })
    }

    async fn last_release(
        &self,
        stack: StackId,
        version: Option<VersionNumber>,
    ) -> Result<Option<Release>, StoreError> {
        self.db.read("StackStore::last_release", |state| {
            let wanted = |release: &&Release| {
                release.stack_id == stack && version.is_none_or(|version| release.version == version)
            };
            Ok(state.releases.iter().rev().find(wanted).cloned())
        })
    }

    async fn last_releases(&self) -> Result<Vec<Release>, StoreError> {
        self.db.read("StackStore::last_releases", |state| {
            let live = state.releases.iter().filter(|release| state.live_stack(release.stack_id).is_some());
            let newest: BTreeMap<_, _> =
                live.map(|release| ((release.stack_id, release.version), release.clone())).collect();
            Ok(newest.into_values().collect())
        })
    }
}
