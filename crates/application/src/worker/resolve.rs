//! From a step to an effect: objects that earlier steps made get the ids the engine gave them.

use std::collections::HashMap;

use core_monitor_domain::ids::{ContainerId, NetworkId, StackId, StepId, VersionNumber};
use core_monitor_domain::labels::written_out;
use core_monitor_domain::plan::{Action, BuildImage, CreateContainer, NetworkTarget, Target};
use core_monitor_domain::ports::{Effect, EffectOutcome, NewContainer, NewImage};

/// What the steps of the running plan have made so far.
#[derive(Debug, Default)]
pub(crate) struct Made {
    containers: HashMap<StepId, ContainerId>,
    networks: HashMap<StepId, NetworkId>,
    /// Whose files images are built from.
    files: Option<(StackId, VersionNumber)>,
}

/// A step refers to the result of another step that gave none: the plan has to be made again.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("step {0} did not make what a later step needs")]
pub(crate) struct Unresolved(StepId);

impl Made {
    /// Nothing yet; images are built from the files of this version.
    pub(crate) fn from_files(stack: StackId, version: Option<VersionNumber>) -> Self {
        Self { files: version.map(|version| (stack, version)), ..Self::default() }
    }

    pub(crate) fn note(&mut self, step: StepId, outcome: &EffectOutcome) {
        match outcome {
            EffectOutcome::Container { id, .. } => {
                self.containers.insert(step, id.clone());
            }
            EffectOutcome::Network { id } => {
                self.networks.insert(step, id.clone());
            }
            EffectOutcome::Done | EffectOutcome::Image { .. } => {}
        }
    }

    pub(crate) fn container(&self, target: &Target) -> Result<ContainerId, Unresolved> {
        match target {
            Target::Existing { id, .. } => Ok(id.clone()),
            Target::New { step, .. } => self.containers.get(step).cloned().ok_or(Unresolved(*step)),
        }
    }

    fn network(&self, target: &NetworkTarget) -> Result<NetworkId, Unresolved> {
        match target {
            NetworkTarget::Existing { id, .. } => Ok(id.clone()),
            NetworkTarget::New { step, .. } => self.networks.get(step).cloned().ok_or(Unresolved(*step)),
        }
    }

    fn new_container(&self, create: &CreateContainer) -> Result<NewContainer, Unresolved> {
        let attachments = create.attachments.iter();
        let parents = create.parents.iter();
        Ok(NewContainer {
            name: create.name.clone(),
            image: create.image.clone(),
            spec: create.spec.as_ref().clone(),
            labels: written_out(&create.labels),
            attachments: attachments
                .map(|planned| Ok((self.network(&planned.network)?, planned.attachment.clone())))
                .collect::<Result<_, _>>()?,
            inherited: create.inherited.clone(),
            parents: parents
                .map(|(service, target)| Ok((service.clone(), self.container(target)?)))
                .collect::<Result<_, _>>()?,
        })
    }

    /// `None` for a wait or a checkpoint, which has no effect.
    pub(crate) fn effect(&self, action: &Action) -> Result<Option<Effect>, Unresolved> {
        Ok(Some(match action {
            Action::PullImage { image, platform } => {
                Effect::PullImage { image: image.clone(), platform: platform.clone() }
            }
            Action::BuildImage(build) => {
                // A plan that builds has a version; without one there is nothing to build from.
                let Some((stack_id, version)) = self.files else { return Err(Unresolved(StepId(0))) };
                let BuildImage { image, spec, labels } = build.as_ref().clone();
                Effect::BuildImage(Box::new(NewImage { image, spec, labels, stack_id, version }))
            }
            Action::CreateNetwork { network, labels } => {
                Effect::CreateNetwork { network: network.as_ref().clone(), labels: written_out(labels) }
            }
            Action::RemoveNetwork { id, .. } => Effect::RemoveNetwork { id: id.clone() },
            Action::CreateVolume { volume, labels } => {
                Effect::CreateVolume { volume: volume.as_ref().clone(), labels: written_out(labels) }
            }
            Action::RemoveVolume { name } => Effect::RemoveVolume { name: name.clone() },
            Action::CreateContainer(create) => Effect::CreateContainer(Box::new(self.new_container(create)?)),
            Action::ConnectNetwork { container, network, attachment } => Effect::ConnectNetwork {
                container: self.container(container)?,
                network: self.network(network)?,
                attachment: attachment.as_ref().clone(),
            },
            Action::DisconnectNetwork { container, network, .. } => {
                Effect::DisconnectNetwork { container: self.container(container)?, network: network.clone() }
            }
            Action::CopyFiles { container, files } => {
                Effect::CopyFiles { container: self.container(container)?, files: files.clone() }
            }
            Action::RunHook { container, hook, .. } => {
                Effect::RunHook { container: self.container(container)?, hook: hook.as_ref().clone() }
            }
            Action::StartContainer { container } => {
                Effect::StartContainer { container: self.container(container)? }
            }
            Action::StopContainer { container, grace_ms } => {
                Effect::StopContainer { container: self.container(container)?, grace_ms: *grace_ms }
            }
            Action::RestartContainer { container, grace_ms } => {
                Effect::RestartContainer { container: self.container(container)?, grace_ms: *grace_ms }
            }
            Action::UnpauseContainer { container } => {
                Effect::UnpauseContainer { container: self.container(container)? }
            }
            Action::RenameContainer { container, to } => {
                Effect::RenameContainer { container: self.container(container)?, to: to.clone() }
            }
            Action::RemoveContainer { container, anonymous_volumes } => Effect::RemoveContainer {
                container: self.container(container)?,
                anonymous_volumes: *anonymous_volumes,
            },
            Action::Prepared
            | Action::AwaitHealthy { .. }
            | Action::AwaitCompleted { .. }
            | Action::AwaitStable { .. } => return Ok(None),
        }))
    }
}
