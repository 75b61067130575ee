//! What a plan is expected to do: a world in which effects succeed at once.
//!
//! It closes the loop for tests, benchmarks and previews: apply a plan, or part of it, and plan again. It is not an
//! engine: nothing takes time here, and all it refuses is a name that is taken and
//! a start whose network is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::desired::{HealthcheckTest, HookStage, MountKind};
use crate::ids::{ContainerId, ImageId, NetworkId, StepId};
use crate::labels::{self, Ownership};
use crate::observation::{
    ContainerState, Health, Observation, ObservedContainer, ObservedEndpoint, ObservedImage, ObservedMount,
    ObservedNetwork, ObservedVolume, Occupant, PublishedPort,
};
use crate::plan::{Action, CreateContainer, NetworkTarget, Plan, Target};
use crate::planner::Facts;
use crate::time::Timestamp;

/// A world that does what it is told.
#[derive(Debug, Clone)]
pub struct Projection {
    /// The world.
    pub observation: Observation,
    /// What a worker would know besides.
    pub facts: Facts,
    /// Containers that were started before their files were put in.
    pub incomplete: BTreeSet<ContainerId>,
    made: u64,
    published: BTreeMap<ContainerId, Vec<PublishedPort>>,
    checked: BTreeSet<ContainerId>,
    /// Containers whose files are still to be put in.
    lacking: BTreeSet<ContainerId>,
}

impl Projection {
    /// Starts from what was seen.
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

    /// Does every step of the plan that `taken` lets through, in order. A step is left out as well when one it comes
    /// after was left out.
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

    fn perform(&mut self, action: &Action, scope: &mut Scope<'_>) {
        match action {
            Action::Prepared => {}
            Action::PullImage { image, .. } => {
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
            Action::BuildImage(build) => {
                let (id, name) = (ImageId(format!("sha256:{}", self.digits())), build.image.familiar());
                let images = &mut self.observation.host.images;
                for image in images.iter_mut() {
                    image.tags.retain(|tag| *tag != name);
                }
                let (tags, hash) = (vec![name], Some(build.spec.hash.clone()));
                images.push(ObservedImage { id, tags, digests: Vec::new(), build: hash });
            }
            Action::CreateNetwork { network, labels } => {
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
            Action::RemoveNetwork { id, .. } => {
                self.observation.host.networks.retain(|network| network.id != *id);
            }
            Action::CreateVolume { volume, labels } => self.observation.host.volumes.push(ObservedVolume {
                name: volume.name.clone(),
                driver: volume.driver.clone().unwrap_or_else(|| "local".to_owned()),
                options: volume.driver_opts.clone(),
                labels: labels::written_out(labels),
            }),
            Action::RemoveVolume { name } => {
                self.observation.host.volumes.retain(|volume| volume.name != *name);
            }
            Action::CreateContainer(create) => self.create(create, scope),
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
                crate::desired::NetworkMode::Service { service } => mode(service),
                _ => String::new(),
            },
            pid_mode: match &spec.pid {
                crate::desired::NamespaceMode::Service { service } => mode(service),
                _ => String::new(),
            },
            ipc_mode: match &spec.ipc {
                crate::desired::NamespaceMode::Service { service } => mode(service),
                _ => String::new(),
            },
            mounts: self.mounts(create),
            ports: Vec::new(),
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

    fn mounts(&mut self, create: &CreateContainer) -> Vec<ObservedMount> {
        let volume = |name: String, target: &str| ObservedMount {
            kind: "volume".to_owned(),
            name,
            source: String::new(),
            target: target.to_owned(),
            read_write: true,
        };
        let mut mounts: Vec<_> = create.inherited.iter().map(|v| volume(v.name.clone(), &v.target)).collect();
        for mount in &create.spec.mounts {
            let MountKind::Volume { name, .. } = &mount.kind else { continue };
            if create.inherited.iter().all(|inherited| inherited.target != mount.target) {
                let name = name.clone().unwrap_or_else(|| self.anonymous_volume());
                mounts.push(volume(name, &mount.target));
            }
        }
        mounts
    }

    fn anonymous_volume(&mut self) -> String {
        let name = self.digits();
        self.observation.host.volumes.push(ObservedVolume {
            name: name.clone(),
            driver: "local".to_owned(),
            options: BTreeMap::new(),
            labels: BTreeMap::new(),
        });
        name
    }

    fn change(&mut self, action: &Action, id: &ContainerId, scope: &Scope<'_>) {
        let now = self.tick();
        let networks: BTreeMap<String, NetworkId> =
            self.observation.host.networks.iter().map(|n| (n.name.clone(), n.id.clone())).collect();
        let checked = self.checked.contains(id);
        let published = self.published.get(id).cloned().unwrap_or_default();
        if let Action::RemoveContainer { .. } = action {
            self.observation.containers.retain(|container| container.id != *id);
            return;
        }
        if let Action::RenameContainer { to, .. } = action
            && self.observation.containers.iter().any(|other| other.name == *to)
        {
            return;
        }
        let Some(container) = self.observation.containers.iter_mut().find(|container| container.id == *id)
        else {
            return;
        };
        match action {
            Action::ConnectNetwork { network, attachment, .. } => {
                let up = container.state.is_up();
                let known = scope.network(network).filter(|_| up);
                let endpoint = ObservedEndpoint {
                    network_id: known,
                    aliases: attachment.aliases.clone(),
                    ..ObservedEndpoint::default()
                };
                container.networks.insert(network.name().to_owned(), endpoint);
            }
            Action::DisconnectNetwork { name, .. } => {
                container.networks.remove(name);
            }
            Action::StartContainer { .. }
            | Action::RestartContainer { .. }
            | Action::UnpauseContainer { .. } => {
                // Like the engine: an endpoint belongs to one network, not to whichever has its name now.
                let known = |id: &NetworkId| networks.values().any(|network| network == id);
                if !container.networks.values().filter_map(|e| e.network_id.as_ref()).all(known) {
                    return;
                }
                if self.lacking.contains(id) {
                    self.incomplete.insert(id.clone());
                }
                container.state = ContainerState::Running;
                container.started_at = Some(now);
                container.health = checked.then_some(Health::Starting);
                container.ports = published;
                for (name, endpoint) in &mut container.networks {
                    endpoint.network_id = networks.get(name).cloned();
                }
                self.facts.note_started(Some(id.clone()));
            }
            Action::CopyFiles { .. } => {
                self.lacking.remove(id);
            }
            Action::RunHook { stage: HookStage::PostStart, index, .. } => {
                self.facts.hooked.insert((id.clone(), *index));
            }
            Action::StopContainer { .. } => {
                self.facts.stopped_runs.extend(container.run());
                container.state = ContainerState::Exited { code: 0 };
                container.finished_at = Some(now);
                container.ports.clear();
                self.facts.started.remove(id);
            }
            Action::RenameContainer { to, .. } => container.name.clone_from(to),
            Action::AwaitHealthy { .. } => container.health = Some(Health::Healthy),
            Action::AwaitCompleted { .. } => {
                container.state = ContainerState::Exited { code: 0 };
                container.ports.clear();
            }
            Action::AwaitStable { .. } => self.facts.settled.extend(container.run()),
            _ => {}
        }
    }

    /// Our containers among the occupants, as they are now; strangers stay.
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
            networks: container.networks.keys().cloned().collect(),
            ports: container.ports.clone(),
        }));
        self.observation.host.occupants = occupants;
    }

    /// 64 hexadecimal digits that differ in the first ones, like the engine's.
    fn digits(&mut self) -> String {
        let number = self.next();
        format!("{:016x}{number:048x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// Time that only moves when something happens.
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
