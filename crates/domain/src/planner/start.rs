//! What belongs to a start and to a stop: files that are put in before it, hooks that run beside it.

use crate::desired::{Hook, HookStage, ServiceSpec};
use crate::ids::{ContainerId, StepId};
use crate::observation::{ContainerState, ObservedContainer};
use crate::plan::{Action, Cause, Target};

use super::Facts;
use super::builder::{Builder, For, existing};
use super::step_set::StepSet;

/// Starts a container. Gives the step after which it is as its service wants it, hooks included.
pub(super) fn start(
    builder: &mut Builder,
    whom: For<'_>,
    service: &ServiceSpec,
    target: &Target,
    cause: &Cause,
    after: &StepSet,
) -> StepId {
    let mut after = after.clone();
    let files = &service.container.files;
    if !files.is_empty() {
        let copy = Action::CopyFiles { container: target.clone(), files: files.clone() };
        after = StepSet::from(builder.step(whom, copy, cause.clone(), &after));
    }
    let action = Action::StartContainer { container: target.clone() };
    let start = builder.step(whom, action, cause.clone(), &after);
    let hooks = service.container.post_start.iter().enumerate();
    run(builder, whom, target, HookStage::PostStart, hooks, cause, start)
}

/// Ends a run and begins another one, with the hooks of both.
pub(super) fn restart(
    builder: &mut Builder,
    whom: For<'_>,
    service: &ServiceSpec,
    container: &ObservedContainer,
    cause: &Cause,
    after: &StepSet,
) -> StepId {
    let target = existing(container);
    let mut after = after.clone();
    if let Some(last) = before_stop(builder, whom, container, cause, &after) {
        after = StepSet::from(last);
    }
    let action = Action::RestartContainer { container: target.clone(), grace_ms: None };
    let restart = builder.step(whom, action, cause.clone(), &after);
    let hooks = service.container.post_start.iter().enumerate();
    run(builder, whom, &target, HookStage::PostStart, hooks, cause, restart)
}

/// The hooks of a run that this command began and that were not run yet: it was interrupted between the start and them.
/// `None`: nothing is missing.
pub(super) fn finish(
    builder: &mut Builder,
    facts: &Facts,
    whom: For<'_>,
    service: &ServiceSpec,
    container: &ObservedContainer,
    after: &StepSet,
) -> Option<StepId> {
    if container.state != ContainerState::Running || !facts.started.contains(&container.id) {
        return None;
    }
    let all = service.container.post_start.iter().enumerate();
    let missing: Vec<_> = all.filter(|(index, _)| !has_run(facts, &container.id, *index)).collect();
    let ((index, hook), others) = missing.split_first()?;
    let target = existing(container);
    let action = Action::RunHook {
        container: target.clone(),
        stage: HookStage::PostStart,
        index: number(*index),
        hook: Box::new((*hook).clone()),
    };
    let first = builder.step(whom, action, Cause::Interrupted, after);
    let others = others.iter().copied();
    Some(run(builder, whom, &target, HookStage::PostStart, others, &Cause::Interrupted, first))
}

/// The hooks that run before a container is asked to stop. `None`: there are none, or it cannot run them.
pub(super) fn before_stop(
    builder: &mut Builder,
    whom: For<'_>,
    container: &ObservedContainer,
    cause: &Cause,
    after: &StepSet,
) -> Option<StepId> {
    if container.state != ContainerState::Running {
        return None;
    }
    let hooks = builder.pre_stop_of(container);
    let target = existing(container);
    let mut last = None;
    for (index, hook) in hooks.into_iter().enumerate() {
        let after = last.map_or_else(|| after.clone(), StepSet::from);
        let action = Action::RunHook {
            container: target.clone(),
            stage: HookStage::PreStop,
            index: number(index),
            hook: Box::new(hook),
        };
        last = Some(builder.step(whom, action, cause.clone(), &after));
    }
    last
}

/// One hook after the other, the first one after `after`. Gives the last step.
fn run<'h>(
    builder: &mut Builder,
    whom: For<'_>,
    target: &Target,
    stage: HookStage,
    hooks: impl Iterator<Item = (usize, &'h Hook)>,
    cause: &Cause,
    after: StepId,
) -> StepId {
    hooks.fold(after, |after, (index, hook)| {
        let action = Action::RunHook {
            container: target.clone(),
            stage,
            index: number(index),
            hook: Box::new(hook.clone()),
        };
        builder.step(whom, action, cause.clone(), &StepSet::from(after))
    })
}

fn has_run(facts: &Facts, id: &ContainerId, index: usize) -> bool {
    facts.hooked.contains(&(id.clone(), number(index)))
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
