//! Turns a step into an effect: objects created by earlier steps are replaced by their engine ids.

use std::collections::HashMap;

use core_monitor_domain::artifact::Activation;
use core_monitor_domain::effect::{Effect, EffectOutcome, NewContainer, NewImage};
use core_monitor_domain::ids::{ContainerId, NetworkId, StackId, StepId, VersionNumber};
use core_monitor_domain::labels::written_out;
use core_monitor_domain::plan::{BuildImage, CreateContainer, NetworkTarget, StepAction, Target};
use core_monitor_domain::time::Timestamp;

/// What the steps of the running plan have created so far.
#[derive(Debug, Default)]
pub(crate) struct Results {
    containers: HashMap<StepId, ContainerId>,
    networks: HashMap<StepId, NetworkId>,
    /// The version whose files images are built from.
    files: Option<(StackId, VersionNumber)>,
    /// The modification time of the files that are put into containers.
    modified: Option<Timestamp>,
}

/// A step refers to the result of a step that has none: a new plan is needed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("step {0} did not create what a later step needs")]
pub(crate) struct Unresolved(pub(crate) StepId);

impl Results {
    /// Without results; images are built from the files of this version.
    pub(crate) fn from_files(stack: StackId, version: Option<VersionNumber>, modified: Timestamp) -> Self {
        Self { files: version.map(|version| (stack, version)), modified: Some(modified), ..Self::default() }
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

    /// `None` for waits and checkpoints, which have no effect.
    pub(crate) fn effect(&self, action: &StepAction) -> Result<Option<Effect>, Unresolved> {
        Ok(Some(match action {
            StepAction::PullImage { image, platform } => {
                Effect::PullImage { image: image.clone(), platform: platform.clone() }
            }
            StepAction::BuildImage(build) => {
                // A plan that builds always has a version.
                let Some((stack_id, version)) = self.files else { return Err(Unresolved(StepId(0))) };
                let BuildImage { image, spec, labels } = build.as_ref().clone();
                Effect::BuildImage(Box::new(NewImage { image, spec, labels, stack_id, version }))
            }
            StepAction::CreateNetwork { network, labels } => {
                Effect::CreateNetwork { network: network.as_ref().clone(), labels: written_out(labels) }
            }
            StepAction::RemoveNetwork { id, .. } => Effect::RemoveNetwork { id: id.clone() },
            StepAction::CreateVolume { volume, labels } => {
                Effect::CreateVolume { volume: volume.as_ref().clone(), labels: written_out(labels) }
            }
            StepAction::RemoveVolume { name, .. } => Effect::RemoveVolume { name: name.clone() },
            StepAction::RemoveImage { id, names, layers, .. } => {
                Effect::RemoveImage { id: id.clone(), names: names.clone(), layers: *layers }
            }
            StepAction::PruneBuildCache { unused_for_s } => {
                Effect::PruneBuildCache { unused_for_s: *unused_for_s }
            }
            StepAction::CreateContainer(create) => {
                Effect::CreateContainer(Box::new(self.new_container(create)?))
            }
            StepAction::ConnectNetwork { container, network, attachment } => Effect::ConnectNetwork {
                container: self.container(container)?,
                network: self.network(network)?,
                attachment: attachment.as_ref().clone(),
            },
            StepAction::DisconnectNetwork { container, network, .. } => {
                Effect::DisconnectNetwork { container: self.container(container)?, network: network.clone() }
            }
            StepAction::CopyFiles { container, files } => {
                Effect::CopyFiles { container: self.container(container)?, files: files.clone() }
            }
            StepAction::PutArtifact(put) => Effect::PutArtifact {
                container: self.container(&put.container)?,
                content: put.content.clone(),
                size: put.size,
                modified: self.modified.unwrap_or_else(Timestamp::beginning),
            },
            StepAction::ActivateArtifact { container, activation, .. } => {
                let container = self.container(container)?;
                match activation.as_ref() {
                    Activation::Signal(signal) => {
                        Effect::SignalContainer { container, signal: signal.clone() }
                    }
                    Activation::Exec(hook) => Effect::RunHook { container, hook: hook.clone() },
                    // Neither is planned: there is nothing to do, and a restart is a step of its own.
                    Activation::None | Activation::Restart => return Ok(None),
                }
            }
            StepAction::RunHook { container, hook, .. } => {
                Effect::RunHook { container: self.container(container)?, hook: hook.as_ref().clone() }
            }
            StepAction::StartContainer { container } => {
                Effect::StartContainer { container: self.container(container)? }
            }
            StepAction::StopContainer { container, grace_ms } => {
                Effect::StopContainer { container: self.container(container)?, grace_ms: *grace_ms }
            }
            StepAction::RestartContainer { container, grace_ms } => {
                Effect::RestartContainer { container: self.container(container)?, grace_ms: *grace_ms }
            }
            StepAction::PauseContainer { container } => {
                Effect::PauseContainer { container: self.container(container)? }
            }
            StepAction::UnpauseContainer { container } => {
                Effect::UnpauseContainer { container: self.container(container)? }
            }
            StepAction::RenameContainer { container, to } => {
                Effect::RenameContainer { container: self.container(container)?, to: to.clone() }
            }
            StepAction::RemoveContainer { container, anonymous_volumes } => Effect::RemoveContainer {
                container: self.container(container)?,
                anonymous_volumes: *anonymous_volumes,
            },
            StepAction::Prepared
            | StepAction::AwaitHealthy { .. }
            | StepAction::AwaitCompleted { .. }
            | StepAction::AwaitStable { .. }
            | StepAction::VerifyArtifact { .. } => return Ok(None),
        }))
    }
}
