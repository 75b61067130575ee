//! The goal of a command: the state it wants the engine to be in.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::{
    Command, CommandPayload, DeleteChoices, Failure, FailureCode, Readiness, SleepMode,
};
use core_monitor_domain::desired::{DesiredStack, ServiceSpec};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::plan::{Step, StepAction};
use core_monitor_domain::planner::{Chosen, Objective};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::{SecretVault, StackStore, StoreError, VaultError};
use core_monitor_domain::release::{ImagePin, Release};
use core_monitor_domain::secret_variable::{OpenedSecrets, SecretName};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;

use super::said;
use crate::build_source::{NotDesired, desired_stack};
use crate::sealed_secrets::StackSecrets;

/// What to converge to.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    pub(crate) kind: GoalKind,
    /// The version behind `desired`.
    pub(crate) version: Option<VersionNumber>,
    pub(crate) desired: DesiredStack,
    /// The previously applied definition.
    pub(crate) previous: Option<DesiredStack>,
    /// Images that take precedence over what their references resolve to now.
    pub(crate) pins: BTreeMap<ServiceName, ImagePin>,
    /// Services whose containers are replaced in any case.
    pub(crate) recreate: BTreeSet<ServiceName>,
    /// DEPLOY: the service that it is about; `None` means the whole stack.
    pub(crate) only: Option<ServiceName>,
    /// Deleted stacks that had the same name.
    pub(crate) predecessors: BTreeSet<StackId>,
    /// The values of the secret variables of the stack in all its versions, as far as they can be opened.
    pub(crate) secrets: OpenedSecrets,
    /// What the stack may be given for whoever requested the command.
    pub(crate) rules: Rules,
}

/// The kinds of goals that the planner distinguishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GoalKind {
    Converge(Readiness),
    Start(Chosen),
    Stop(Chosen),
    Restart(Chosen),
    Pause(Chosen),
    /// Nothing of the stack is on the engine, with `volumes` not even its data; with `definition` the stack itself goes then.
    Delete {
        volumes: bool,
        definition: bool,
    },
    /// The stack goes, and everything on the engine stays as it is.
    Forget,
    /// What the confirmed plan lists is gone. It is about the host, so it has no state of a stack to reach.
    Prune,
}

impl Goal {
    /// A goal that wants no state of the stack on the engine.
    fn without_state(stack: &Stack, kind: GoalKind) -> Self {
        Self {
            kind,
            version: None,
            desired: DesiredStack::empty(stack.name.clone()),
            previous: None,
            pins: BTreeMap::new(),
            recreate: BTreeSet::new(),
            only: None,
            predecessors: BTreeSet::new(),
            secrets: OpenedSecrets::default(),
            // Nothing is created.
            rules: Rules::Everything,
        }
    }

    /// The definition of the service that `step` is for, if it is still in the file.
    pub(crate) fn service_of(&self, step: &Step) -> Option<&ServiceSpec> {
        step.service.as_ref().and_then(|name| self.desired.service(name))
    }

    /// Whether `step` starts a container with a published port range. The engine does not allocate such ports
    /// atomically: two starts at once can get the same port.
    pub(crate) fn starts_port_range(&self, step: &Step) -> bool {
        let ranged = |service: &ServiceSpec| {
            let mut ports = service.container.ports.iter();
            ports.any(|port| port.published.is_some() && port.fixed_host_port().is_none())
        };
        matches!(step.action, StepAction::StartContainer { .. } | StepAction::RestartContainer { .. })
            && self.service_of(step).is_some_and(ranged)
    }

    pub(crate) fn objective(&self) -> Objective<'_> {
        let desired = &self.desired;
        match &self.kind {
            GoalKind::Converge(readiness) => Objective::Converge {
                desired,
                previous: self.previous.as_ref(),
                pins: &self.pins,
                readiness: *readiness,
                recreate: &self.recreate,
                only: self.only.as_ref(),
            },
            GoalKind::Start(chosen) => Objective::Start { desired, chosen },
            GoalKind::Stop(chosen) => Objective::Stop { desired, chosen },
            GoalKind::Restart(chosen) => Objective::Restart { desired, chosen },
            GoalKind::Pause(chosen) => Objective::Pause { desired, chosen },
            // Planned from the confirmed plan instead, see `prune`, or not at all; nothing of a stack is wanted.
            GoalKind::Prune | GoalKind::Forget => Objective::Stop { desired, chosen: &Chosen::All },
            GoalKind::Delete { volumes, .. } => Objective::Delete { desired, volumes: *volumes },
        }
    }
}

/// Why there is no goal.
#[derive(Debug)]
pub(crate) enum NoGoal {
    /// The command cannot be carried out.
    Failed(Failure),
    /// The store is unavailable; `Corrupt` becomes a failure.
    Store(StoreError),
}

impl From<StoreError> for NoGoal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt { what, .. } => Self::Failed(stored_data_unreadable(what)),
            unavailable @ StoreError::Unavailable { .. } => Self::Store(unavailable),
        }
    }
}

/// The failure of a command that needs what the database contains and nobody can read.
pub(crate) fn stored_data_unreadable(what: String) -> Failure {
    Failure::new(FailureCode::DefinitionUnreadable, said::stored_data_unreadable(what))
        .with_hint(said::restore_database_or_save_definition())
}

/// Reads the stack of `command`; `None` if an earlier command has deleted it.
pub(crate) async fn stack(stacks: &dyn StackStore, command: &Command) -> Result<Option<Stack>, NoGoal> {
    if command.stack_id.is_host() {
        return Ok(Some(Stack::host()));
    }
    let stack = stacks.find_with_deleted(command.stack_id).await?;
    Ok(stack.filter(|stack| stack.deleted_at.is_none()))
}

/// Reads the goal of `command`, which may give the stack what `rules` allow.
pub(crate) async fn load(
    stacks: &dyn StackStore,
    vault: &dyn SecretVault,
    stacks_dir: &str,
    command: &Command,
    stack: &Stack,
    rules: Rules,
) -> Result<Goal, NoGoal> {
    let kind = match &command.payload {
        CommandPayload::Apply { options, .. }
        | CommandPayload::Rollback { options, .. }
        | CommandPayload::Deploy { options, .. } => GoalKind::Converge(options.readiness),
        CommandPayload::Wake(scope) => GoalKind::Start(Chosen::of(scope)),
        CommandPayload::Sleep { mode: SleepMode::Stop, scope } => GoalKind::Stop(Chosen::of(scope)),
        CommandPayload::Sleep { mode: SleepMode::Pause, scope } => GoalKind::Pause(Chosen::of(scope)),
        CommandPayload::Start { service } => GoalKind::Start(Chosen::named(service.as_ref())),
        CommandPayload::Stop { service } => GoalKind::Stop(Chosen::named(service.as_ref())),
        CommandPayload::Restart { service } => GoalKind::Restart(Chosen::named(service.as_ref())),
        CommandPayload::Delete { what, .. } if what.forgets() => {
            return Ok(Goal::without_state(stack, GoalKind::Forget));
        }
        CommandPayload::Delete { what: DeleteChoices { volumes, definition, .. }, .. } => {
            GoalKind::Delete { volumes: *volumes, definition: *definition }
        }
        CommandPayload::Prune { .. } => return Ok(Goal::without_state(stack, GoalKind::Prune)),
        CommandPayload::Unreadable { reason, .. } => {
            return Err(NoGoal::Failed(Failure::unreadable_command(reason)));
        }
        CommandPayload::Create { .. } | CommandPayload::Update { .. } => {
            let message = said::command_not_for_workers(command.payload.kind());
            return Err(NoGoal::Failed(Failure::new(FailureCode::Precondition, message)));
        }
    };
    // Before the first successful apply, the newest definition is the best guess for the order of the containers.
    let applied = stack.current_version.unwrap_or(stack.latest_version);
    let version = command.payload.version().unwrap_or(applied);
    // Deletes and stops act on what is on the engine; the definition only gives the order.
    let only_ends = matches!(kind, GoalKind::Delete { .. } | GoalKind::Stop(_) | GoalKind::Pause(_));
    let mut secrets = StackSecrets::read(stacks, vault, stack.id).await?;
    let desired = match stored(stacks, stack, version).await {
        Ok(stored) => match secrets.unopened(&stored.secrets).filter(|_| !only_ends) {
            Some((name, error)) => Err(unopened_secret(&name, &error)),
            None => carried_out(stacks, stacks_dir, &stored).await,
        },
        Err(error) => Err(error),
    };
    let desired = match desired {
        Err(NoGoal::Failed(_)) if only_ends => DesiredStack::empty(stack.name.clone()),
        desired => desired?,
    };
    // A definition that only says in which order things end needs no values.
    if let Some((name, error)) = secrets.pin(&desired).filter(|_| !only_ends) {
        return Err(unopened_secret(&name, &error));
    }
    let mut goal = Goal {
        kind,
        version: Some(version),
        desired,
        previous: None,
        pins: BTreeMap::new(),
        recreate: BTreeSet::new(),
        only: None,
        predecessors: stacks.predecessors(&stack.name).await?,
        secrets: OpenedSecrets::default(),
        rules,
    };
    if let GoalKind::Converge(_) = goal.kind {
        goal.recreate = command.payload.options().map(|o| o.force_recreate.clone()).unwrap_or_default();
        goal.previous = previous(stacks, stacks_dir, stack).await?;
        // A hook of it that needs one which cannot be opened is left out, as for secret variables.
        goal.previous.iter().for_each(|previous| drop(secrets.pin(previous)));
    }
    goal.secrets = secrets.opened;
    if let CommandPayload::Rollback { refresh_images: false, .. } = command.payload {
        let release = stacks.last_release(stack.id, Some(version)).await?;
        goal.pins = release.map(|release| release.images).unwrap_or_default();
    }
    if let CommandPayload::Deploy { service, .. } = &command.payload {
        let only_it = |previous: &DesiredStack| goal.desired.differs_only_in_artifacts_of(service, previous);
        goal.only = goal.previous.as_ref().is_some_and(only_it).then(|| service.clone());
        // Nothing but the artifact is to change: not even an image whose tag has moved.
        let release = stacks.last_release(stack.id, None).await?;
        goal.pins = release.map(|release| release.images).unwrap_or_default();
    }
    Ok(goal)
}

/// The version that the one of a DEPLOY was made from, if that was itself a deployment that never took effect: what comes with
/// it is not what anybody has asked for any longer. A deployment that was sent twice made a version that is the same as the one
/// before it, which says nothing.
pub(crate) async fn lost_base(
    stacks: &dyn StackStore,
    command: &Command,
    stack: &Stack,
) -> Result<Option<Failure>, NoGoal> {
    let CommandPayload::Deploy { version, .. } = command.payload else { return Ok(None) };
    let Some(base) = stored(stacks, stack, version).await?.parent_version else { return Ok(None) };
    let mut base = stored(stacks, stack, base).await?;
    // A version is made from an earlier one, so this ends.
    loop {
        let is_applied = stack.current_version == Some(base.version);
        if is_applied || stacks.last_release(stack.id, Some(base.version)).await?.is_some() {
            return Ok(None);
        }
        let Some(before) = base.parent_version else { return Ok(None) };
        let before = stored(stacks, stack, before).await?;
        if before.model != base.model {
            return Ok(None);
        }
        if before.artifacts != base.artifacts {
            let message = said::made_from_what_was_taken_back(base.version);
            let failure = Failure::new(FailureCode::Precondition, message);
            return Ok(Some(failure.with_hint(said::deploy_artifact_again())));
        }
        base = before;
    }
}

/// The goal of rolling back a failed `goal` under these rules; `None` if the stack never had a successful release.
pub(crate) async fn rollback_goal(
    stacks: &dyn StackStore,
    vault: &dyn SecretVault,
    stacks_dir: &str,
    stack: &Stack,
    goal: &Goal,
    rules: Rules,
) -> Result<Option<Goal>, NoGoal> {
    let Some(Release { version, images, .. }) = stacks.last_release(stack.id, None).await? else {
        return Ok(None);
    };
    let stored = stored(stacks, stack, version).await?;
    let mut secrets = StackSecrets::read(stacks, vault, stack.id).await?;
    if let Some((name, error)) = secrets.unopened(&stored.secrets) {
        return Err(unopened_secret(&name, &error));
    }
    let desired = carried_out(stacks, stacks_dir, &stored).await?;
    if let Some((name, error)) = secrets.pin(&desired) {
        return Err(unopened_secret(&name, &error));
    }
    drop(secrets.pin(&goal.desired));
    Ok(Some(Goal {
        kind: goal.kind.clone(),
        version: Some(version),
        desired,
        previous: Some(goal.desired.clone()),
        pins: images,
        recreate: BTreeSet::new(),
        only: goal.only.clone(),
        predecessors: goal.predecessors.clone(),
        secrets: secrets.opened,
        rules,
    }))
}

async fn stored(
    stacks: &dyn StackStore,
    stack: &Stack,
    version: VersionNumber,
) -> Result<StackVersion, NoGoal> {
    stacks.find_version(stack.id, version).await?.ok_or_else(|| {
        let message = said::version_missing(version, &stack.name);
        NoGoal::Failed(Failure::new(FailureCode::Precondition, message))
    })
}

async fn carried_out(
    stacks: &dyn StackStore,
    stacks_dir: &str,
    stored: &StackVersion,
) -> Result<DesiredStack, NoGoal> {
    desired_stack(stacks, stored, stacks_dir).await.map_err(|error| match error {
        NotDesired::Store(error) => error.into(),
        NotDesired::Definition(error) => {
            let message = said::version_not_applicable(stored.version, error.message());
            NoGoal::Failed(
                Failure::new(FailureCode::DefinitionUnreadable, message)
                    .with_hint(said::save_corrected_version_and_apply()),
            )
        }
    })
}

fn unopened_secret(name: &SecretName, error: &VaultError) -> NoGoal {
    NoGoal::Failed(
        Failure::new(FailureCode::DefinitionUnreadable, said::secret_not_opened(name, error))
            .with_hint(said::restore_key_or_set_secret_again()),
    )
}

/// The previous definition only explains what changed, so it is no failure if it cannot be read.
async fn previous(
    stacks: &dyn StackStore,
    stacks_dir: &str,
    stack: &Stack,
) -> Result<Option<DesiredStack>, NoGoal> {
    let Some(version) = stack.current_version else { return Ok(None) };
    let read = async {
        let stored = stored(stacks, stack, version).await?;
        carried_out(stacks, stacks_dir, &stored).await
    };
    match read.await {
        Ok(desired) => Ok(Some(desired)),
        Err(NoGoal::Failed(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
