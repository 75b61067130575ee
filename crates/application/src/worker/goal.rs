//! What a command wants the engine to be like, with everything read that says so.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::command::{Command, CommandPayload, Failure, FailureCode, Readiness};
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::planner::Intent;
use core_monitor_domain::ports::{StackStore, StoreError};
use core_monitor_domain::release::{ImagePin, Release};
use core_monitor_domain::stack::Stack;

use crate::build_source::{NotDesired, desired_stack};

/// What to converge to.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    pub(crate) kind: GoalKind,
    /// The version behind `desired`.
    pub(crate) version: Option<VersionNumber>,
    pub(crate) desired: DesiredStack,
    /// What was applied before.
    pub(crate) previous: Option<DesiredStack>,
    /// Images that win over what their references mean now.
    pub(crate) pins: BTreeMap<ServiceName, ImagePin>,
    /// The deleted stacks that had the stack's name.
    pub(crate) predecessors: BTreeSet<StackId>,
}

/// The kinds of goals, as the planner tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GoalKind {
    Converge(Readiness),
    Start(Option<ServiceName>),
    Stop(Option<ServiceName>),
    Restart(Option<ServiceName>),
    Delete { volumes: bool },
}

impl Goal {
    pub(crate) fn intent(&self) -> Intent<'_> {
        let desired = &self.desired;
        match &self.kind {
            GoalKind::Converge(readiness) => Intent::Converge {
                desired,
                previous: self.previous.as_ref(),
                pins: &self.pins,
                readiness: *readiness,
            },
            GoalKind::Start(only) => Intent::Start { desired, only: only.as_ref() },
            GoalKind::Stop(only) => Intent::Stop { desired, only: only.as_ref() },
            GoalKind::Restart(only) => Intent::Restart { desired, only: only.as_ref() },
            GoalKind::Delete { volumes } => Intent::Delete { desired, volumes: *volumes },
        }
    }
}

/// Why there is no goal.
#[derive(Debug)]
pub(crate) enum NoGoal {
    /// The command can never be carried out as things are.
    Failed(Failure),
    /// The store cannot be used; `Corrupt` is a failure already.
    Store(StoreError),
}

impl From<StoreError> for NoGoal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt { what, .. } => Self::Failed(
                Failure::new(
                    FailureCode::DefinitionUnreadable,
                    format!("what is stored cannot be read: {what}"),
                )
                .with_hint("restore the database from a backup, or save the definition as a new version"),
            ),
            unavailable @ StoreError::Unavailable { .. } => Self::Store(unavailable),
        }
    }
}

/// Reads the stack of `command`.
pub(crate) async fn stack(stacks: &dyn StackStore, command: &Command) -> Result<Stack, NoGoal> {
    let stack = stacks.find_with_deleted(command.stack_id).await?;
    stack.filter(|stack| stack.deleted_at.is_none()).ok_or_else(|| {
        let message = "the stack was deleted before this command's turn came";
        NoGoal::Failed(Failure::new(FailureCode::Precondition, message).with_hint("cancel the command"))
    })
}

/// Reads what `command` asks for.
pub(crate) async fn load(stacks: &dyn StackStore, command: &Command, stack: &Stack) -> Result<Goal, NoGoal> {
    let kind = match &command.payload {
        CommandPayload::Apply { options, .. } | CommandPayload::Rollback { options, .. } => {
            GoalKind::Converge(options.readiness)
        }
        CommandPayload::Start { service } => GoalKind::Start(service.clone()),
        CommandPayload::Stop { service } => GoalKind::Stop(service.clone()),
        CommandPayload::Restart { service } => GoalKind::Restart(service.clone()),
        CommandPayload::Delete { volumes } => GoalKind::Delete { volumes: *volumes },
        CommandPayload::Create { .. } | CommandPayload::Update { .. } => {
            let message = format!("{} is not a command for a worker", command.payload.kind());
            return Err(NoGoal::Failed(Failure::new(FailureCode::Precondition, message)));
        }
    };
    // Before the first successful apply, the newest definition is the best guess at the order of what is there.
    let applied = stack.current_version.unwrap_or(stack.latest_version);
    let version = command.payload.version().unwrap_or(applied);
    let desired = match desired(stacks, stack, version).await {
        // Deleting and stopping go by what is on the engine; the definition only gives the order.
        Err(NoGoal::Failed(_)) if matches!(kind, GoalKind::Delete { .. } | GoalKind::Stop(_)) => {
            DesiredStack::empty(stack.name.clone())
        }
        desired => desired?,
    };
    let mut goal = Goal {
        kind,
        version: Some(version),
        desired,
        previous: None,
        pins: BTreeMap::new(),
        predecessors: stacks.predecessors(&stack.name).await?,
    };
    if let GoalKind::Converge(_) = goal.kind {
        goal.previous = previous(stacks, stack).await?;
    }
    if let CommandPayload::Rollback { refresh_images: false, .. } = command.payload {
        let release = stacks.last_release(stack.id, Some(version)).await?;
        goal.pins = release.map(|release| release.images).unwrap_or_default();
    }
    Ok(goal)
}

/// The way back from a failed `goal`; `None` when the stack never had a successful release.
pub(crate) async fn way_back(
    stacks: &dyn StackStore,
    stack: &Stack,
    goal: &Goal,
) -> Result<Option<Goal>, NoGoal> {
    let Some(Release { version, images, .. }) = stacks.last_release(stack.id, None).await? else {
        return Ok(None);
    };
    Ok(Some(Goal {
        kind: goal.kind.clone(),
        version: Some(version),
        desired: desired(stacks, stack, version).await?,
        previous: Some(goal.desired.clone()),
        pins: images,
        predecessors: goal.predecessors.clone(),
    }))
}

async fn desired(
    stacks: &dyn StackStore,
    stack: &Stack,
    version: VersionNumber,
) -> Result<DesiredStack, NoGoal> {
    let Some(stored) = stacks.find_version(stack.id, version).await? else {
        let message = format!("version {version} of `{}` does not exist", stack.name);
        return Err(NoGoal::Failed(Failure::new(FailureCode::Precondition, message)));
    };
    desired_stack(stacks, &stored).await.map_err(|error| match error {
        NotDesired::Store(error) => error.into(),
        NotDesired::Definition(error) => {
            let message = format!("version {version} cannot be carried out: {error}");
            NoGoal::Failed(
                Failure::new(FailureCode::DefinitionUnreadable, message)
                    .with_hint("save a version that mends it, and apply that"),
            )
        }
    })
}

/// What was applied before only explains what changed, so an unreadable one is no reason to fail.
async fn previous(stacks: &dyn StackStore, stack: &Stack) -> Result<Option<DesiredStack>, NoGoal> {
    let Some(version) = stack.current_version else { return Ok(None) };
    match desired(stacks, stack, version).await {
        Ok(desired) => Ok(Some(desired)),
        Err(NoGoal::Failed(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
