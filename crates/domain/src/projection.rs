//! The expected result of a plan: a world in which effects succeed at once.
//!
//! For tests, benchmarks and previews: apply a plan, or part of it, and plan again. It is not an engine: nothing takes
//! time, and it rejects only duplicate names and starts on a missing network.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::desired::{HealthcheckTest, HookStage, MountKind, NamespaceMode, NetworkMode};
use crate::ids::{ContainerId, ImageId, NetworkId, StackId, StepId};
use crate::labels::{self, Ownership};
use crate::observation::{
    ContainerState, Health, Observation, ObservedContainer, ObservedEndpoint, ObservedImage, ObservedMount,
    ObservedNetwork, ObservedVolume, Occupant, PublishedPort, RunEnding, VolumeOrigin,
};
use crate::plan::{CreateContainer, InheritedVolume, NetworkTarget, Plan, StepAction, Target};
use crate::planner::Facts;
use crate::time::Timestamp;

mod artifacts;

/// A world in which effects succeed.
#[derive(Debug, Clone)]
pub struct Projection {
    /// The world.
    pub observation: Observation,
    /// The facts that a worker would also know.
    pub facts: Facts,
    /// Containers that were started before their files were copied.
    pub incomplete: BTreeSet<ContainerId>,
    made: u64,
    published: BTreeMap<ContainerId, Vec<PublishedPort>>,
    checked: BTreeSet<ContainerId>,
    /// Containers whose files have not been copied yet.
    lacking: BTreeSet<ContainerId>,
}

impl Projection {
    /// Starts from an observation.
    pub fn new(observation: Observation) -> Self {
        Self {
            observation,
            facts: Facts::default(),
            incomplete: BTreeSet::new(),
            lacking: BTreeSet::new(),
            made: 0,
            published: BTreeMap::new(),
            checked: BTreeSet::new(),
        }
    }

    /// Performs, in order, the steps of the plan that `taken` accepts. A step is also skipped if one of its
    /// predecessors was skipped.
    pub fn apply(&mut self, plan: &Plan, mut taken: impl FnMut(StepId) -> bool) {
        let mut containers: BTreeMap<StepId, ContainerId> = BTreeMap::new();
        let mut networks: BTreeMap<StepId, NetworkId> = BTreeMap::new();
        let mut done: BTreeSet<StepId> = BTreeSet::new();
        for step in &plan.steps {
            if !step.after.iter().all(|before| done.contains(before)) || !taken(step.id) {
                continue;
            }
            let mut scope = Scope { step: step.id, containers: &mut containers, networks: &mut networks };
            self.perform(&step.action, &mut scope);
            done.insert(step.id);
        }
        self.refresh_occupants();
    }

    fn perform(&mut self, action: &StepAction, scope: &mut Scope<'_>) {
        match action {
            StepAction::Prepared => {}
            StepAction::PullImage { image, .. } => {
                let id = ImageId(format!("sha256:{}", self.digits()));
                let images = &mut self.observation.host.images;
                images.push(ObservedImage {
                    id,
                    tags: vec![image.familiar()],
                    digests: Vec::new(),
                    build: None,
                });
                self.facts.pulled.insert(image.clone());
            }
            StepAction::BuildImage(build) => {
                let (id, name) = (ImageId(format!("sha256:{}", self.digits())), build.image.familiar());
                let images = &mut self.observation.host.images;
                for image in images.iter_mut() {
                    image.tags.retain(|tag| *tag != name);
                }
                let (tags, hash) = (vec![name], Some(build.spec.hash.clone()));
                images.push(ObservedImage { id, tags, digests: Vec::new(), build: hash });
            }
            StepAction::CreateNetwork { network, labels } => {
                let id = NetworkId(self.digits());
                scope.networks.insert(scope.step, id.clone());
                let created_at = Some(self.tick());
                self.observation.host.networks.push(ObservedNetwork {
                    id,
                    name: network.name.clone(),
                    driver: network.driver.clone().unwrap_or_else(|| "bridge".to_owned()),
                    labels: labels::written_out(labels),
                    created_at,
                    subnets: Vec::new(),
                });
            }
            StepAction::RemoveNetwork { id, .. } => {
                self.observation.host.networks.retain(|network| network.id != *id);
            }
            StepAction::CreateVolume { volume, labels } => {
                self.observation.host.volumes.push(ObservedVolume {
                    name: volume.name.clone(),
                    driver: volume.driver.clone().unwrap_or_else(|| "local".to_owned()),
                    options: volume.driver_opts.clone(),
                    labels: labels::written_out(labels),
                    anonymous_of: None,
                });
            }
            StepAction::RemoveVolume { name, .. } => {
                self.observation.host.volumes.retain(|volume| volume.name != *name);
            }
            StepAction::RemoveImage { id, .. } => {
                self.observation.host.images.retain(|image| image.id != *id);
            }
            StepAction::CreateContainer(create) => self.create(create, scope),
            other => {
                if let Some(id) = other.container().and_then(|target| scope.container(target)) {
                    self.change(other, &id, scope);
                }
            }
        }
    }

    fn create(&mut self, create: &CreateContainer, scope: &mut Scope<'_>) {
        let id = ContainerId(self.digits());
        scope.containers.insert(scope.step, id.clone());
        let parent = |service| create.parents.get(service).and_then(|target| scope.container(target));
        let mode = |service| parent(service).map_or_else(String::new, |id| format!("container:{id}"));
        let spec = &create.spec;
        let container = ObservedContainer {
            id: id.clone(),
            name: create.name.clone(),
            labels: labels::written_out(&create.labels),
            image: create.image.to_string(),
            image_id: self
                .observation
                .host
                .image(&create.image)
                .map_or_else(|| ImageId::from(""), |i| i.id.clone()),
            state: ContainerState::Created,
            health: None,
            created_at: Some(self.tick()),
            started_at: None,
            finished_at: None,
            ending: RunEnding::Unknown,
            restart_count: 0,
            error: String::new(),
            networks: create
                .attachments
                .iter()
                .map(|a| {
                    let aliases = a.attachment.aliases.clone();
                    (a.network.name().to_owned(), ObservedEndpoint { aliases, ..ObservedEndpoint::default() })
                })
                .collect(),
            network_mode: match &spec.network_mode {
                NetworkMode::Service { service } => mode(service),
                NetworkMode::Container { container } => self.by_id(container),
                _ => String::new(),
            },
            pid_mode: match &spec.pid {
                NamespaceMode::Service { service } => mode(service),
                NamespaceMode::Engine { mode } => {
                    mode.strip_prefix("container:").map_or_else(String::new, |name| self.by_id(name))
                }
                NamespaceMode::Default => String::new(),
            },
            ipc_mode: match &spec.ipc {
                NamespaceMode::Service { service } => mode(service),
                NamespaceMode::Engine { mode } => {
                    mode.strip_prefix("container:").map_or_else(String::new, |name| self.by_id(name))
                }
                NamespaceMode::Default => String::new(),
            },
            mounts: self.mounts(create),
            ports: Vec::new(),
            placements: Vec::new(),
        };
        let ports = spec.ports.iter().filter_map(|port| {
            Some(PublishedPort {
                host_ip: port.host_ip.clone().unwrap_or_else(|| "0.0.0.0".to_owned()),
                host_port: port.fixed_host_port()?,
                container_port: port.target,
                protocol: port.protocol.as_str().to_owned(),
            })
        });
        self.published.insert(id.clone(), ports.collect());
        if !spec.files.is_empty() {
            self.lacking.insert(id.clone());
        }
        if spec.healthcheck.as_ref().is_some_and(|check| check.test != HealthcheckTest::Disabled) {
            self.checked.insert(id);
        }
        self.observation.containers.push(container);
    }

    /// The mode that shares a namespace with the container of this name.
    fn by_id(&self, name: &str) -> String {
        let found = self
            .observation
            .host
            .occupants
            .iter()
            .find(|other| other.name == name || other.id.as_str() == name);
        found.map_or_else(String::new, |other| format!("container:{}", other.id))
    }

    fn mounts(&mut self, create: &CreateContainer) -> Vec<ObservedMount> {
        let volume = |name: String, target: &str, origin| ObservedMount {
            kind: "volume".to_owned(),
            name,
            source: String::new(),
            target: target.to_owned(),
            read_write: true,
            origin,
        };
        let owner = Ownership::read(&labels::written_out(&create.labels)).map(|owner| owner.stack_id);
        let inherited = |v: &InheritedVolume| volume(v.name.clone(), &v.target, VolumeOrigin::Named);
        let mut mounts: Vec<_> = create.inherited.iter().map(inherited).collect();
        for mount in &create.spec.mounts {
            let MountKind::Volume { name, .. } = &mount.kind else { continue };
            if create.inherited.iter().all(|inherited| inherited.target != mount.target) {
                let mount = match name {
                    Some(name) => volume(name.clone(), &mount.target, VolumeOrigin::Named),
                    None => volume(self.anonymous_volume(owner), &mount.target, VolumeOrigin::Own),
                };
                mounts.push(mount);
            }
        }
        mounts
    }

    /// A worker records it for the stack from the first observation of its container on.
    fn anonymous_volume(&mut self, owner: Option<StackId>) -> String {
        let name = self.digits();
        self.observation.host.volumes.push(ObservedVolume {
            name: name.clone(),
            driver: "local".to_owned(),
            options: BTreeMap::new(),
            labels: BTreeMap::new(),
            anonymous_of: owner,
        });
        name
    }

    fn change(&mut self, action: &StepAction, id: &ContainerId, scope: &Scope<'_>) {
        let now = self.tick();
        let networks: BTreeMap<String, NetworkId> =
            self.observation.host.networks.iter().map(|n| (n.name.clone(), n.id.clone())).collect();
        let checked = self.checked.contains(id);
        let published = self.published.get(id).cloned().unwrap_or_default();
        if let StepAction::RemoveContainer { .. } = action {
            self.observation.containers.retain(|container| container.id != *id);
            return;
        }
        if let StepAction::RenameContainer { to, .. } = action
            && self.observation.containers.iter().any(|other| other.name == *to)
        {
            return;
        }
        let Some(container) = self.observation.containers.iter_mut().find(|container| container.id == *id)
        else {
            return;
        };
        match action {
            StepAction::ConnectNetwork { network, attachment, .. } => {
                let up = container.state.is_up();
                let known = scope.network(network).filter(|_| up);
                let endpoint = ObservedEndpoint {
                    network_id: known,
                    aliases: attachment.aliases.clone(),
                    ..ObservedEndpoint::default()
                };
                container.networks.insert(network.name().to_owned(), endpoint);
            }
            StepAction::DisconnectNetwork { name, .. } => {
                container.networks.remove(name);
            }
            StepAction::StartContainer { .. }
            | StepAction::RestartContainer { .. }
            | StepAction::UnpauseContainer { .. } => {
                // As on the engine: an endpoint belongs to one network, not to any that has its name now.
                let known = |id: &NetworkId| networks.values().any(|network| network == id);
                if !container.networks.values().filter_map(|e| e.network_id.as_ref()).all(known) {
                    return;
                }
                if self.lacking.contains(id) {
                    self.incomplete.insert(id.clone());
                }
                container.state = ContainerState::Running;
                container.ending = RunEnding::Unknown;
                container.started_at = Some(now);
                container.health = checked.then_some(Health::Starting);
                container.ports = published;
                for (name, endpoint) in &mut container.networks {
                    endpoint.network_id = networks.get(name).cloned();
                }
                self.facts.note_started(Some(id.clone()));
            }
            StepAction::CopyFiles { .. } => {
                self.lacking.remove(id);
            }
            StepAction::PutArtifact(_)
            | StepAction::ActivateArtifact { .. }
            | StepAction::VerifyArtifact { .. } => artifacts::carry_out(action, container),
            StepAction::RunHook { stage: HookStage::PostStart, index, .. } => {
                self.facts.hooked.insert((id.clone(), *index));
            }
            StepAction::PauseContainer { .. } => container.state = ContainerState::Paused,
            StepAction::StopContainer { .. } => {
                self.facts.stopped_runs.extend(container.run());
                container.state = ContainerState::Exited { code: 0 };
                container.ending = RunEnding::Stopped;
                container.finished_at = Some(now);
                container.ports.clear();
                self.facts.started.remove(id);
            }
            StepAction::RenameContainer { to, .. } => container.name.clone_from(to),
            StepAction::AwaitHealthy { .. } => container.health = Some(Health::Healthy),
            StepAction::AwaitCompleted { .. } => {
                container.state = ContainerState::Exited { code: 0 };
                container.ending = RunEnding::ByItself;
                container.ports.clear();
            }
            StepAction::AwaitStable { .. } => self.facts.settled.extend(container.run()),
            _ => {}
        }
    }

    /// Updates our containers among the occupants; foreign ones are kept.
    fn refresh_occupants(&mut self) {
        let ours: BTreeSet<&ContainerId> = self.observation.containers.iter().map(|c| &c.id).collect();
        let gone = |occupant: &Occupant| occupant.ours && !ours.contains(&occupant.id);
        let mut occupants: Vec<Occupant> = self.observation.host.occupants.clone();
        occupants.retain(|occupant| !gone(occupant) && !ours.contains(&occupant.id));
        occupants.extend(self.observation.containers.iter().map(|container| Occupant {
            id: container.id.clone(),
            name: container.name.clone(),
            image: container.image.clone(),
            owner: Ownership::read(&container.labels).map(|owner| owner.stack_id),
            ours: true,
            component: false,
            up: container.state.is_up(),
            started_at: container.started_at,
            shares_network_of: container.network_mode.strip_prefix("container:").map(ContainerId::from),
            networks: container.networks.keys().cloned().collect(),
            ports: container.ports.clone(),
        }));
        self.observation.host.occupants = occupants;
    }

    /// 64 hexadecimal digits that differ at the beginning, as in the engine's ids.
    fn digits(&mut self) -> String {
        let number = self.next();
        format!("{:016x}{number:048x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// A clock that advances only when something happens.
    fn tick(&mut self) -> Timestamp {
        let made = self.next();
        Timestamp(jiff::Timestamp::UNIX_EPOCH).plus(Duration::from_secs(made))
    }
}

struct Scope<'a> {
    step: StepId,
    containers: &'a mut BTreeMap<StepId, ContainerId>,
    networks: &'a mut BTreeMap<StepId, NetworkId>,
}

impl Scope<'_> {
    fn container(&self, target: &Target) -> Option<ContainerId> {
        match target {
            Target::Existing { id, .. } => Some(id.clone()),
            Target::New { step, .. } => self.containers.get(step).cloned(),
        }
    }

    fn network(&self, target: &NetworkTarget) -> Option<NetworkId> {
        match target {
            NetworkTarget::Existing { id, .. } => Some(id.clone()),
            NetworkTarget::New { step, .. } => self.networks.get(step).cloned(),
        }
    }
}
