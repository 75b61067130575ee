//! [`StackStore`] in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, SlotKey};
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::command::{Command, CommandPayload, Found};
use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{
    Deployed, IfMatch, NewDeployment, NewStack, NewVersion, Page, SaveError, Saved, SealedSecret,
    StackFilter, StackStore, StoreError,
};
use core_monitor_domain::release::Release;
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack::{SettingsChange, Stack};
use core_monitor_domain::stack_version::{FileEntry, SourceFile, StackVersion};
use core_monitor_domain::time::Timestamp;

use super::command_queue::page;
use super::state::{Replay, State};
use super::{SimDatabase, refused};

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
            let stack = state.live_stack(stack).cloned().ok_or(SaveError::StackNotFound)?;
            if let IfMatch::Exactly(expected) = if_match
                && expected != stack.revision()
            {
                return Err(SaveError::PreconditionFailed { current: stack.revision() });
            }
            if new.based_on.is_some_and(|parent| parent != stack.latest_version) {
                return Err(SaveError::PreconditionFailed { current: stack.revision() });
            }
            let parent = stack.latest_version;
            let version = VersionNumber(parent.0 + 1);
            let stack = Stack { latest_version: version, updated_at: new.now, ..stack };
            save(state, stack, Some(parent), new, CommandPayload::Update { version })
        })
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

    async fn find(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        self.db.read("StackStore::find", |state| Ok(state.live_stack(id).cloned()))
    }

    async fn find_with_deleted(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        self.db.read("StackStore::find_with_deleted", |state| Ok(state.stacks.get(&id).cloned()))
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
            Ok(of_stack.map(|((_, secret), sealed)| (secret.clone(), sealed.clone())).collect())
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

/// A new stack with its first version.
pub(super) fn create(state: &mut State, new: NewStack) -> Result<Saved, SaveError> {
    if let Some(holder) = by_name(state, &new.name) {
        return Err(SaveError::NameTaken { name: new.name, holder: holder.id });
    }
    if state.stacks.contains_key(&new.id) {
        return Err(refused(format_args!("the stack id `{}` is taken", new.id)).into());
    }
    let first = VersionNumber(1);
    let stack = Stack {
        id: new.id,
        name: new.name,
        current_version: None,
        latest_version: first,
        last_seq: Seq(0),
        created_by: new.version.author.clone(),
        created_at: new.version.now,
        updated_at: new.version.now,
        deleted_at: None,
        stopped_runs: Vec::new(),
        on_failure: new.on_failure,
        settings_changes: 0,
    };
    save(state, stack, None, new.version, CommandPayload::Create { version: first })
}

fn by_name<'a>(state: &'a State, name: &StackName) -> Option<&'a Stack> {
    state.stacks.values().find(|stack| stack.name == *name && stack.deleted_at.is_none())
}

/// The result of the same request, if it was saved before.
pub(super) fn replayed(state: &State, new: &NewVersion) -> Result<Option<Saved>, SaveError> {
    let command = match state.replay(&new.author, new.idempotency.as_ref()) {
        Replay::New => return Ok(None),
        Replay::Other => return Err(SaveError::IdempotencyMismatch),
        Replay::Same(command) => *command,
    };
    let (CommandPayload::Create { version } | CommandPayload::Update { version }) = command.payload else {
        return Err(SaveError::IdempotencyMismatch);
    };
    let stack = state.stacks.get(&command.stack_id).cloned();
    let version = state.version(command.stack_id, version);
    let (Some(stack), Some(version)) = (stack, version) else {
        return Err(refused("a command without its stack").into());
    };
    Ok(Some(Saved { stack, version, command, replayed: true }))
}

/// A version as it is read: its content hash covers its artifacts.
pub(super) fn shown(version: &StackVersion) -> StackVersion {
    version.clone().with_artifacts(version.artifacts.clone())
}

/// Stores a version that only brings an artifact, and its command; checks everything before it changes anything.
fn deploy(state: &mut State, new: NewDeployment) -> Result<Deployed, SaveError> {
    match state.replay(&new.author, new.idempotency.as_ref()) {
        Replay::New => {}
        Replay::Other => return Err(SaveError::IdempotencyMismatch),
        Replay::Same(command) => {
            let CommandPayload::Deploy { version, .. } = command.payload else {
                return Err(SaveError::IdempotencyMismatch);
            };
            let stack = state.stacks.get(&command.stack_id).cloned();
            let (Some(stack), Some(version)) = (stack, state.version(command.stack_id, version)) else {
                return Err(refused("a command without its stack").into());
            };
            return Ok(Deployed { stack, version, command: *command, replayed: true });
        }
    }
    let stack = state.live_stack(new.stack).cloned().ok_or(SaveError::StackNotFound)?;
    let is_other = matches!(new.if_match, IfMatch::Exactly(expected) if expected != stack.revision());
    let base = state.versions.get(&(stack.id, new.base)).cloned();
    let (false, Some(base)) = (is_other || new.latest != stack.latest_version, base) else {
        return Err(SaveError::PreconditionFailed { current: stack.revision() });
    };
    let number = VersionNumber(stack.latest_version.0 + 1);
    let version = StackVersion { artifacts: new.artifacts.clone(), ..new.version(base, number) };
    let found = Found { revision: stack.revision(), version: true, on_failure: stack.on_failure };
    let (base, author, now, idempotency) = (new.base, new.author.clone(), new.now, new.idempotency.clone());
    let accepted = Command::accept(new.command(number), Some(found))?;
    state.check_new(&accepted.command)?;
    let files = state.files.get(&(stack.id, base)).cloned().unwrap_or_default();
    state.files.insert((stack.id, number), files);
    state.versions.insert((stack.id, number), version.clone());
    let stack = Stack { latest_version: number, updated_at: now, ..stack };
    state.stacks.insert(stack.id, stack.clone());
    let command = state.append(accepted, idempotency)?;
    state.tell(&command, &author, now);
    let stack = Stack { last_seq: command.seq, ..stack };
    Ok(Deployed { stack, version: shown(&version), command, replayed: false })
}

/// Stores stack, version and command; checks everything before it changes anything.
fn save(
    state: &mut State,
    stack: Stack,
    parent_version: Option<VersionNumber>,
    new: NewVersion,
    payload: CommandPayload,
) -> Result<Saved, SaveError> {
    let saved = Command::saved(new.command_id, stack.id, payload, &new.author, new.now);
    state.check_new(&saved.command)?;
    let (content_hash, secrets) = (new.source.content_hash(), new.secret_uses(stack.latest_version));
    let version = StackVersion {
        stack_id: stack.id,
        version: stack.latest_version,
        parent_version,
        author: new.author,
        created_at: new.now,
        comment: new.comment,
        content_hash,
        secrets,
        compose_files: new.source.compose_files,
        variables: new.source.variables,
        model: new.model,
        warnings: new.warnings,
        artifacts: new.artifacts,
    };
    for secret in new.secrets {
        if let Some(sealed) = secret.sealed {
            state.secrets.entry((stack.id, secret.reference)).or_insert(sealed);
        }
    }
    state.files.insert((stack.id, version.version), new.source.files);
    state.versions.insert((stack.id, version.version), version.clone());
    state.stacks.insert(stack.id, stack.clone());
    let command = state.append(saved, new.idempotency)?;
    let stack = Stack { last_seq: command.seq, ..stack };
    Ok(Saved { stack, version: shown(&version), command, replayed: false })
}
