//! Starts and stops with what belongs to them: files and artifacts put in before the start, and hooks.

use crate::desired::{Hook, HookStage, ServiceSpec};
use crate::ids::{ContainerId, StepId};
use crate::observation::{ContainerState, ObservedContainer};
use crate::plan::{Cause, StepAction, Target};

use super::Facts;
use super::builder::{Builder, Scope, existing};
use super::deploy::Fitting;
use super::step_set::StepSet;

/// Starts a container. Returns the step after which it is fully started, hooks included.
pub(super) fn start(
    builder: &mut Builder,
    scope: Scope<'_>,
    service: &ServiceSpec,
    target: &Target,
    container: Option<&ObservedContainer>,
    cause: &Cause,
    after: &StepSet,
) -> StepId {
    let mut after = after.clone();
    let files = &service.container.files;
    if !files.is_empty() {
        let copy = StepAction::CopyFiles { container: target.clone(), files: files.clone() };
        after = StepSet::from(builder.step(scope, copy, cause.clone(), &after));
    }
    let fitting = Fitting { scope, service, target, container };
    // A new one has got its artifacts when it was created.
    if container.is_some() {
        after = fitting.put(builder, &after);
    }
    let action = StepAction::StartContainer { container: target.clone() };
    let start = builder.step(scope, action, cause.clone(), &after);
    let hooks = service.container.post_start.iter().enumerate();
    let last = run(builder, scope, target, HookStage::PostStart, hooks, cause, start);
    fitting.after_start(builder, last)
}

/// Restarts a container, with the hooks of both runs.
pub(super) fn restart(
    builder: &mut Builder,
    scope: Scope<'_>,
    service: &ServiceSpec,
    container: &ObservedContainer,
    cause: &Cause,
    after: &StepSet,
) -> StepId {
    let target = existing(container);
    let fitting = Fitting { scope, service, target: &target, container: Some(container) };
    let mut after = fitting.put(builder, after);
    if let Some(last) = before_stop(builder, scope, container, cause, &after) {
        after = StepSet::from(last);
    }
    let grace_ms = builder.grace_of(container);
    let action = StepAction::RestartContainer { container: target.clone(), grace_ms };
    let restart = builder.step(scope, action, cause.clone(), &after);
    let hooks = service.container.post_start.iter().enumerate();
    let last = run(builder, scope, &target, HookStage::PostStart, hooks, cause, restart);
    fitting.after_start(builder, last)
}

/// The hooks of a run that this command started but whose hooks did not run, because it was interrupted in between.
/// `None` if none are missing.
pub(super) fn finish(
    builder: &mut Builder,
    facts: &Facts,
    scope: Scope<'_>,
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
    let action = StepAction::RunHook {
        container: target.clone(),
        stage: HookStage::PostStart,
        index: number(*index),
        hook: Box::new((*hook).clone()),
    };
    let first = builder.step(scope, action, Cause::Interrupted, after);
    let others = others.iter().copied();
    Some(run(builder, scope, &target, HookStage::PostStart, others, &Cause::Interrupted, first))
}

/// The hooks that run before a container is stopped. `None` if there are none or it cannot run them.
pub(super) fn before_stop(
    builder: &mut Builder,
    scope: Scope<'_>,
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
        let action = StepAction::RunHook {
            container: target.clone(),
            stage: HookStage::PreStop,
            index: number(index),
            hook: Box::new(hook),
        };
        last = Some(builder.step(scope, action, cause.clone(), &after));
    }
    last
}

/// Runs the hooks one after the other, starting after `after`. Returns the last step.
fn run<'h>(
    builder: &mut Builder,
    scope: Scope<'_>,
    target: &Target,
    stage: HookStage,
    hooks: impl Iterator<Item = (usize, &'h Hook)>,
    cause: &Cause,
    after: StepId,
) -> StepId {
    hooks.fold(after, |after, (index, hook)| {
        let action = StepAction::RunHook {
            container: target.clone(),
            stage,
            index: number(index),
            hook: Box::new(hook.clone()),
        };
        builder.step(scope, action, cause.clone(), &StepSet::from(after))
    })
}

fn has_run(facts: &Facts, id: &ContainerId, index: usize) -> bool {
    facts.hooked.contains(&(id.clone(), number(index)))
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
