//! A plan as text: one line per step with its action, cause and predecessors. Golden tests and people read this form.

use std::fmt;

use core_monitor_message::Message;

use super::said;
use super::{Blocker, Plan, Step, StepAction};
use crate::artifact::Activation;
use crate::ids::StepId;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        whole(f, &self.blockers, &self.steps, &self.notes)
    }
}

/// Formats a plan from its parts, so that a plan and its record have the same text.
pub(super) fn whole(
    f: &mut fmt::Formatter<'_>,
    blockers: &[Blocker],
    steps: &[impl fmt::Display],
    notes: &[Message],
) -> fmt::Result {
    if blockers.is_empty() && steps.is_empty() && notes.is_empty() {
        return f.write_str("nothing to do\n");
    }
    for blocker in blockers {
        writeln!(f, "blocker: {blocker}")?;
    }
    for step in steps {
        writeln!(f, "{step}")?;
    }
    for note in notes {
        writeln!(f, "note: {note}")?;
    }
    Ok(())
}

/// Formats a step from its parts.
pub(super) fn line(
    f: &mut fmt::Formatter<'_>,
    id: StepId,
    sentence: &impl fmt::Display,
    cause: &impl fmt::Display,
    after: &[StepId],
) -> fmt::Result {
    write!(f, "{:>3}. {sentence} ({cause})", id.0)?;
    if after.is_empty() {
        return Ok(());
    }
    let after: Vec<_> = after.iter().map(ToString::to_string).collect();
    write!(f, " after {}", after.join(", "))
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        line(f, self.id, &self.action, &self.cause, &self.after)
    }
}

impl fmt::Display for StepAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl StepAction {
    /// What it does. Neither the contents of files nor the arguments of a hook: both may be secret.
    pub fn message(&self) -> Message {
        match self {
            Self::PullImage { image, .. } => said::step_pull_image(image),
            Self::BuildImage(build) => said::step_build_image(&build.image),
            Self::CreateNetwork { network, .. } => said::step_create_network(&network.name),
            Self::RemoveNetwork { id, name } => said::step_remove_network(name, id.short()),
            Self::CreateVolume { volume, .. } => said::step_create_volume(&volume.name),
            Self::RemoveVolume { name, .. } => said::step_remove_volume(name),
            Self::CreateContainer(create) if create.inherited.is_empty() => {
                said::step_create_container(&create.name)
            }
            Self::CreateContainer(create) => {
                let paths: Vec<_> = create.inherited.iter().map(|volume| volume.target.as_str()).collect();
                said::step_create_container_keeping(&create.name, paths.join(", "))
            }
            Self::ConnectNetwork { container, network, .. } => {
                said::step_connect_network(container.name(), network.name())
            }
            Self::DisconnectNetwork { container, name, .. } => {
                said::step_disconnect_network(container.name(), name)
            }
            Self::CopyFiles { container, files } => {
                let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
                said::step_copy_files(container.name(), paths.join(", "))
            }
            Self::RunHook { container, stage, hook, .. } => {
                let program = hook.command.first().map_or("", String::as_str);
                said::step_run_hook(container.name(), stage.as_str(), program)
            }
            Self::PutArtifact(put) => said::step_put_artifact(
                &put.file_name,
                put.content.digest.short(),
                put.container.name(),
                &put.content.path,
            ),
            Self::ActivateArtifact { container, slot, activation } => match activation.as_ref() {
                Activation::Signal(signal) => said::step_signal(slot, container.name(), signal),
                Activation::Exec(hook) => {
                    let program = hook.command.first().map_or("", String::as_str);
                    said::step_activate_by_program(slot, container.name(), program)
                }
                Activation::None | Activation::Restart => said::step_activate(slot, container.name()),
            },
            Self::StartContainer { container } => said::step_start_container(container.name()),
            Self::StopContainer { container, .. } => said::step_stop_container(container.name()),
            Self::RestartContainer { container, .. } => said::step_restart_container(container.name()),
            Self::PauseContainer { container } => said::step_pause_container(container.name()),
            Self::UnpauseContainer { container } => said::step_unpause_container(container.name()),
            Self::RenameContainer { container, to } => said::step_rename_container(container.name(), to),
            Self::RemoveContainer { container, anonymous_volumes: false } => {
                said::step_remove_container(container.name())
            }
            Self::RemoveContainer { container, anonymous_volumes: true } => {
                said::step_remove_container_and_volumes(container.name())
            }
            Self::RemoveImage { id, name, names, .. } => {
                // An image with tags is known by all of them; the digests are in nobody's mind.
                let tags: Vec<_> =
                    names.iter().filter(|name| !name.contains('@')).map(String::as_str).collect();
                let shown = if tags.is_empty() { name.clone() } else { tags.join(", ") };
                said::step_remove_image(shown, id.short())
            }
            Self::PruneBuildCache { unused_for_s: None } => said::step_prune_build_cache(),
            Self::PruneBuildCache { unused_for_s: Some(age) } => said::step_prune_old_build_cache(age),
            Self::Prepared => said::step_prepared(),
            Self::AwaitHealthy { container, .. } => said::step_await_healthy(container.name()),
            Self::AwaitCompleted { container, .. } => said::step_await_completed(container.name()),
            Self::AwaitStable { container } => said::step_await_stable(container.name()),
            Self::VerifyArtifact { container, slot, .. } => said::step_verify(slot, container.name()),
        }
    }
}
