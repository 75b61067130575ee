//! How versions come into the database in memory, with the commands that are saved with them.

use core_monitor_domain::command::{Command, CommandPayload, Found};
use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::ports::{
    Deployed, Idempotency, IfMatch, NewApply, NewDeployment, NewStack, NewVersion, SaveError, Saved,
};
use core_monitor_domain::stack::{Stack, StackLabels};
use core_monitor_domain::stack_version::StackVersion;

use super::refused;
use super::state::{Replay, State};

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
        labels: StackLabels::none(),
        settings_changes: 0,
    };
    save(state, stack, None, new.version, CommandPayload::Create { version: first })
}

pub(super) fn by_name<'a>(state: &'a State, name: &StackName) -> Option<&'a Stack> {
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

pub(super) fn add_version(
    state: &mut State,
    stack: StackId,
    if_match: IfMatch,
    new: NewVersion,
) -> Result<Saved, SaveError> {
    let stack = state.live_stack(stack).cloned().ok_or(SaveError::StackNotFound)?;
    if !if_match.allows(stack.revision()) || new.based_on.is_some_and(|parent| parent != stack.latest_version)
    {
        return Err(SaveError::PreconditionFailed { current: stack.revision() });
    }
    let parent = stack.latest_version;
    let version = VersionNumber(parent.0 + 1);
    let stack = Stack { latest_version: version, updated_at: new.now, ..stack };
    save(state, stack, Some(parent), new, CommandPayload::Update { version })
}

/// Stores a version and the APPLY of it.
pub(super) fn add_and_apply(
    state: &mut State,
    stack: StackId,
    if_match: IfMatch,
    new: NewVersion,
    apply: NewApply,
) -> Result<Deployed, SaveError> {
    match state.replay(&new.author, new.idempotency.as_ref()) {
        Replay::New => {}
        Replay::Other => return Err(SaveError::IdempotencyMismatch),
        Replay::Same(command) => return deployed_before(state, *command),
    }
    let idempotency = new.idempotency.clone();
    let new = NewVersion { idempotency: None, ..new };
    let saved = add_version(state, stack, if_match, new)?;
    apply_saved(state, saved, apply, idempotency)
}

/// Enqueues the APPLY of a version that has just been saved.
pub(super) fn apply_saved(
    state: &mut State,
    saved: Saved,
    apply: NewApply,
    idempotency: Option<Idempotency>,
) -> Result<Deployed, SaveError> {
    let Saved { stack, version, .. } = saved;
    let (author, now) = (version.author.clone(), version.created_at);
    let found = Found { revision: stack.revision(), version: true, on_failure: stack.on_failure };
    let command = apply.command(stack.id, version.version, author.clone(), idempotency.clone(), now);
    let accepted = Command::accept(command, Some(found))?;
    state.check_new(&accepted.command)?;
    let command = state.append(accepted, idempotency)?;
    state.tell(&command, &author, now);
    let stack = Stack { last_seq: command.seq, ..stack };
    Ok(Deployed { stack, version, command, replayed: false })
}

/// What the same request has saved and enqueued before.
fn deployed_before(state: &State, command: Command) -> Result<Deployed, SaveError> {
    let (CommandPayload::Deploy { version, .. } | CommandPayload::Apply { version, .. }) = command.payload
    else {
        return Err(SaveError::IdempotencyMismatch);
    };
    let stack = state.stacks.get(&command.stack_id).cloned();
    let (Some(stack), Some(version)) = (stack, state.version(command.stack_id, version)) else {
        return Err(refused("a command without its stack").into());
    };
    Ok(Deployed { stack, version, command, replayed: true })
}

/// Stores a version that only brings an artifact, and its command; checks everything before it changes anything.
pub(super) fn deploy(state: &mut State, new: NewDeployment) -> Result<Deployed, SaveError> {
    match state.replay(&new.author, new.idempotency.as_ref()) {
        Replay::New => {}
        Replay::Other => return Err(SaveError::IdempotencyMismatch),
        Replay::Same(command) => return deployed_before(state, *command),
    }
    let stack = state.live_stack(new.stack).cloned().ok_or(SaveError::StackNotFound)?;
    let is_other = !new.if_match.allows(stack.revision());
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
