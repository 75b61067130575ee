//! Dispatches effects.

use core_monitor_domain::artifact::SlotContent;
use core_monitor_domain::desired::{Hook, InjectedFile};
use core_monitor_domain::effect::{Effect, EffectOutcome, NewImage};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::labels;
use core_monitor_domain::ports::{ArtifactError, EngineError, ProgressSink};
use core_monitor_domain::terminal::NotStarted;

use super::behaviour::Behaviour;
use super::container::Phase;
use super::create::refuse_bad_name;
use super::outside::SimBuild;
use super::world::{World, no_such_container};

impl World {
    /// Performs `effect`, with the answers of the real engine as the adapter converts them.
    pub(super) fn perform(
        &mut self,
        effect: &Effect,
        progress: &dyn ProgressSink,
    ) -> Result<EffectOutcome, EngineError> {
        match effect {
            Effect::PullImage { image, .. } => return self.pull(image, progress),
            Effect::BuildImage(new) => return self.build_once_more(new, progress),
            Effect::CreateNetwork { network, labels } => return self.create_network(network, labels),
            Effect::CreateContainer(new) => return self.create_container(new),
            Effect::RemoveNetwork { id } => self.remove_network(id)?,
            Effect::CreateVolume { volume, labels } => self.create_volume(volume, labels)?,
            Effect::RemoveVolume { name } => self.remove_volume(name)?,
            Effect::RemoveImage { id, .. } => self.remove_image(id)?,
            Effect::PruneBuildCache { .. } => self.build_cache = 0,
            Effect::ConnectNetwork { container, network, attachment } => {
                self.connect(container, network, attachment)?;
            }
            Effect::DisconnectNetwork { container, network } => self.disconnect(container, network)?,
            Effect::CopyFiles { container, files } => self.copy_files(container, files)?,
            Effect::PutArtifact { container, content, .. } => self.put_artifact(container, content)?,
            Effect::SignalContainer { container, signal } => self.signal(container, signal)?,
            Effect::RunHook { container, hook } => self.run_hook(container, hook)?,
            Effect::StartContainer { container } => self.start(container)?,
            Effect::StopContainer { container, grace_ms } => {
                if let Some(found) = self.containers.get(container) {
                    self.stops.push((found.name.clone(), *grace_ms));
                }
                self.stop(container)?;
            }
            Effect::RestartContainer { container, .. } => self.restart(container)?,
            Effect::PauseContainer { container } => self.pause(container)?,
            Effect::UnpauseContainer { container } => self.unpause(container)?,
            Effect::RenameContainer { container, to } => self.rename(container, to)?,
            Effect::RemoveContainer { container, anonymous_volumes } => {
                self.remove_container(container, *anonymous_volumes)?;
            }
        }
        Ok(EffectOutcome::Done)
    }

    /// Builds, and records whether it was necessary.
    fn build_once_more(
        &mut self,
        new: &NewImage,
        progress: &dyn ProgressSink,
    ) -> Result<EffectOutcome, EngineError> {
        let hash = new.spec.hash.as_str();
        let there = self.image(&new.image).and_then(|image| image.labels.get(labels::BUILD));
        let again = there.is_some_and(|built| built == hash);
        let outcome = self.build(new, progress)?;
        self.builds.push(SimBuild { image: new.image.familiar(), hash: hash.to_owned(), again });
        Ok(outcome)
    }

    fn copy_files(&mut self, id: &ContainerId, files: &[InjectedFile]) -> Result<(), EngineError> {
        let container = self.container_mut(id)?;
        if container.spec.read_only {
            let message = "container rootfs is marked read-only".to_owned();
            return Err(EngineError::Refused { status: 400, message });
        }
        container.files.extend(files.iter().map(|file| (file.path.clone(), file.content.clone())));
        Ok(())
    }

    /// An artifact whose bytes are no longer those of its digest is noticed at their end, when half of them have arrived.
    fn put_artifact(&mut self, id: &ContainerId, content: &SlotContent) -> Result<(), EngineError> {
        let read = self.artifacts.as_ref().map_or(Ok(()), |artifacts| artifacts.check(&content.digest));
        let container = self.container_mut(id)?;
        if container.spec.read_only {
            let message = "container rootfs is marked read-only".to_owned();
            return Err(EngineError::Refused { status: 400, message });
        }
        let arrived = match &read {
            Ok(()) => content.digest.to_string(),
            Err(ArtifactError::Damaged(digest)) => format!("half of {digest}"),
            Err(error) => return Err(unreadable(error)),
        };
        container.files.insert(content.path.clone(), arrived);
        read.map_err(|error| unreadable(&error))
    }

    fn signal(&mut self, id: &ContainerId, signal: &str) -> Result<(), EngineError> {
        let container = self.container_mut(id)?;
        if !matches!(container.phase, Phase::Running | Phase::Paused) {
            return Err(EngineError::Conflict { message: format!("Container {id} is not running") });
        }
        container.signals.push(signal.to_owned());
        Ok(())
    }

    fn run_hook(&mut self, id: &ContainerId, hook: &Hook) -> Result<(), EngineError> {
        let (code, not_started) = match self.commands.get(&hook.command.join(" ")) {
            Some(Behaviour { command_exists: false, .. }) => (127, Some(NotStarted::NoProgram)),
            Some(Behaviour { exits: Some((_, code)), .. }) => (*code, None),
            _ => (0, None),
        };
        let container = self.container_mut(id)?;
        match container.phase {
            Phase::Running => {}
            Phase::Paused => {
                let message = format!("Container {id} is paused, unpause the container before exec");
                return Err(EngineError::Conflict { message });
            }
            _ => return Err(EngineError::Conflict { message: format!("Container {id} is not running") }),
        }
        container.hooks.push(hook.command.clone());
        if code == 0 {
            return Ok(());
        }
        Err(EngineError::CommandFailed { code, not_started, lines: Vec::new() })
    }

    fn rename(&mut self, id: &ContainerId, to: &str) -> Result<(), EngineError> {
        if self.container(id)?.name == to {
            return Ok(());
        }
        refuse_bad_name(to)?;
        self.refuse_taken_name(to)?;
        to.clone_into(&mut self.container_mut(id)?.name);
        self.notify("container", "rename", id.as_str());
        Ok(())
    }

    fn remove_container(&mut self, id: &ContainerId, anonymous_volumes: bool) -> Result<(), EngineError> {
        let Some(container) = self.containers.get(id) else { return Ok(()) };
        match container.phase {
            Phase::Running | Phase::Restarting(_) => {
                let message = format!("You cannot remove a running container {id}");
                return Err(EngineError::Conflict { message });
            }
            Phase::Paused => {
                let message = format!("You cannot remove a paused container {id}");
                return Err(EngineError::Conflict { message });
            }
            // Another removal is in progress: wait until it has finished.
            Phase::Removing(until) => {
                self.advance(until.saturating_sub(self.tick));
                return Ok(());
            }
            Phase::Created | Phase::Exited | Phase::Dead => {}
        }
        let removed = self.containers.remove(id).ok_or_else(|| no_such_container(id.as_str()))?;
        if anonymous_volumes {
            for mount in removed.mounts.iter().filter(|mount| mount.anonymous) {
                // Another container may have mounted it by name.
                let _: Result<(), EngineError> = self.remove_volume(&mount.volume);
            }
        }
        self.notify("container", "destroy", id.as_str());
        Ok(())
    }
}

/// Nothing that the engine says: the worker could not read what it was sending.
fn unreadable(error: &ArtifactError) -> EngineError {
    EngineError::Refused { status: 0, message: error.to_string() }
}
