//! The world in the form of an observation.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::desired::BuildHash;
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::labels::{self, Ownership};
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, Health, HostObservation, Observation, ObservedContainer,
    ObservedEndpoint, ObservedImage, ObservedMount, ObservedNetwork, ObservedVolume, Occupant,
};
use core_monitor_domain::protection::Protected;
use core_monitor_domain::time::Timestamp;

use super::behaviour::HealthScript;
use super::container::{Container, End, MountPoint, Phase};
use super::world::{Network, Volume, World};

impl World {
    pub(super) fn observation(
        &self,
        instance: InstanceId,
        adopted: &BTreeSet<ContainerId>,
        now: Timestamp,
    ) -> Observation {
        let ours = |container: &&Container| {
            Ownership::read(&container.labels).is_some_and(|owner| owner.instance == instance)
                || adopted.contains(&container.id)
        };
        let mut containers: Vec<ObservedContainer> =
            self.containers.values().filter(ours).map(|c| self.observed(c)).collect();
        containers.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let mut occupants: Vec<Occupant> = self.containers.values().map(|c| occupant(c, instance)).collect();
        occupants.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let mut networks: Vec<ObservedNetwork> = self.networks.values().map(network).collect();
        networks.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let host = HostObservation {
            taken_at: now,
            engine: facts(self.api),
            stacks_dir: None,
            builds: BuildPolicy::default(),
            protected: Protected::default(),
            networks,
            volumes: self.volumes.values().map(volume).collect(),
            images: self.observed_images(),
            occupants,
            spoofed: Vec::new(),
            edited_files: Vec::new(),
        };
        Observation { host, containers }
    }

    fn observed_images(&self) -> Vec<ObservedImage> {
        let observed = |image: &super::SimImage| ObservedImage {
            id: image.id(),
            tags: Some(image.tag.clone()).filter(|tag| !tag.is_empty()).into_iter().collect(),
            digests: image.digests(),
            build: image.labels.get(labels::BUILD).map(|hash| BuildHash(hash.clone())),
        };
        self.images.values().map(observed).collect()
    }

    pub(super) fn observed(&self, container: &Container) -> ObservedContainer {
        ObservedContainer {
            id: container.id.clone(),
            name: container.name.clone(),
            labels: container.labels.clone(),
            image: container.image.clone(),
            image_id: container.image_id.clone(),
            state: state(container),
            health: self.health(container),
            created_at: Self::instant(container.created),
            started_at: container.started.and_then(Self::instant),
            finished_at: container.finished.and_then(Self::instant),
            ending: container.ending,
            restart_count: container.restart_count,
            error: container.error.clone(),
            networks: self.endpoints(container),
            network_mode: container.network_mode.clone(),
            pid_mode: container.pid_mode.clone(),
            ipc_mode: container.ipc_mode.clone(),
            mounts: container.mounts.iter().map(mount).collect(),
            ports: container.ports.clone(),
            placements: Vec::new(),
        }
    }

    /// Engines below API 1.45 add the short id and a configured host name to the aliases after the first real
    /// connection.
    fn endpoints(&self, container: &Container) -> BTreeMap<String, ObservedEndpoint> {
        let adds_own = self.api < ALIASES_AS_ASKED && container.started.is_some();
        let host_name = container.spec.hostname.iter().map(String::as_str);
        let own = [container.id.short()].into_iter().chain(host_name).filter(|_| adds_own);
        let seen = |(name, end): (&String, &End)| {
            let added = own.clone().filter(|name| end.aliases.iter().all(|alias| alias != name));
            let aliases = end.aliases.iter().cloned().chain(added.map(ToOwned::to_owned)).collect();
            let endpoint = ObservedEndpoint {
                network_id: end.network.clone(),
                aliases,
                ip_address: end.address.clone(),
            };
            (name.clone(), endpoint)
        };
        container.endpoints.iter().map(seen).collect()
    }

    /// The last result; the engine still shows it after the container has exited.
    pub(super) fn health(&self, container: &Container) -> Option<Health> {
        let started = container.started.filter(|_| container.has_health_check)?;
        let until = if container.is_up() { self.tick } else { container.finished.unwrap_or(self.tick) };
        let age = until.saturating_sub(started);
        let verdict = match container.behaviour.health {
            HealthScript::HealthyAfter(ticks) if age >= ticks => Health::Healthy,
            HealthScript::UnhealthyAfter(ticks) if age >= ticks => Health::Unhealthy,
            _ => Health::Starting,
        };
        // A container that ended cannot answer.
        Some(if container.is_up() { verdict } else { Health::Unhealthy })
    }
}

/// The first API that shows exactly the requested aliases (Engine 26, API changelog).
const ALIASES_AS_ASKED: ApiVersion = ApiVersion { major: 1, minor: 45 };

fn facts(api: ApiVersion) -> EngineFacts {
    let version = if api < ApiVersion::ALL_NETWORKS_IN_CREATE { "20.10.24" } else { "25.0.0" };
    EngineFacts {
        id: "SIMU:LATE:D000".to_owned(),
        version: version.to_owned(),
        api,
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    }
}

fn state(container: &Container) -> ContainerState {
    match container.phase {
        Phase::Created => ContainerState::Created,
        Phase::Running => ContainerState::Running,
        Phase::Paused => ContainerState::Paused,
        Phase::Restarting(_) => ContainerState::Restarting,
        Phase::Exited => ContainerState::Exited { code: container.exit_code },
        Phase::Removing(_) => ContainerState::Removing,
        Phase::Dead => ContainerState::Dead,
    }
}

fn mount(point: &MountPoint) -> ObservedMount {
    ObservedMount {
        kind: point.kind.to_owned(),
        name: point.volume.clone(),
        source: point.source.clone(),
        target: point.target.clone(),
        read_write: point.read_write,
        origin: point.origin,
    }
}

fn network(network: &Network) -> ObservedNetwork {
    ObservedNetwork {
        id: network.id.clone(),
        name: network.name.clone(),
        driver: network.driver.clone(),
        labels: network.labels.clone(),
        created_at: World::instant(network.created),
        subnets: network.subnets.clone(),
    }
}

fn volume(volume: &Volume) -> ObservedVolume {
    ObservedVolume {
        name: volume.name.clone(),
        driver: volume.driver.clone(),
        options: volume.options.clone(),
        labels: volume.labels.clone(),
        anonymous_of: None,
    }
}

fn occupant(container: &Container, instance: InstanceId) -> Occupant {
    let owner = Ownership::read(&container.labels);
    Occupant {
        id: container.id.clone(),
        name: container.name.clone(),
        image: container.image.clone(),
        ours: owner.as_ref().is_some_and(|owner| owner.instance == instance),
        owner: owner.map(|owner| owner.stack_id),
        component: container.labels.contains_key(labels::COMPONENT),
        up: container.is_up(),
        started_at: container.started.and_then(World::instant),
        shares_network_of: container.network_mode.strip_prefix("container:").map(ContainerId::from),
        networks: container.endpoints.keys().cloned().collect(),
        ports: container.ports.clone(),
    }
}
