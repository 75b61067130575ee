//! Containers of stacks, running in the engine of a worker.

use std::sync::Arc;

use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::labels;
use core_monitor_domain::observation::{
    ContainerState, Observation, ObservedContainer, ObservedMount, ObservedVolume, Occupant, RunEnding,
    VolumeOrigin,
};
use core_monitor_domain::ports::Clock as _;
use core_monitor_simulation::engine::{ForeignContainer, SimContainerEngine, SimImage};
use uuid::Uuid;

use super::World;

/// The stack of these containers.
const STACK: StackId = StackId(Uuid::nil());

impl World {
    /// Starts a container of some stack with this name, which the worker has seen. It mounts the volume `blog` at `/data`.
    /// Returns its id.
    pub(crate) async fn run_container(&self, name: &str) -> ContainerId {
        self.link.engine.add_image(SimImage::new("app:1"));
        let container =
            ForeignContainer { name: name.into(), image: "app:1".into(), ..ForeignContainer::default() };
        let id = self.link.engine.run_foreign(container).unwrap();
        self.see_container(&id, name, |_| ()).await;
        let mut observation = self.observed().await;
        observation.containers.push(self.observed_container(&id, name));
        self.database.observation_store().save(&observation).await.unwrap();
        id
    }

    /// Stores that the worker has seen a container, changed like this.
    pub(crate) async fn see_container(
        &self,
        id: &ContainerId,
        name: &str,
        change: impl FnOnce(&mut Occupant),
    ) {
        let mut observation = self.observed().await;
        observation.host.occupants.retain(|occupant| occupant.id != *id);
        let mut occupant = Occupant {
            id: id.clone(),
            name: name.to_owned(),
            image: "app:1".to_owned(),
            owner: Some(STACK),
            ours: true,
            component: false,
            up: true,
            started_at: None,
            shares_network_of: None,
            networks: Vec::new(),
            ports: Vec::new(),
        };
        change(&mut occupant);
        observation.host.occupants.push(occupant);
        self.database.observation_store().save(&observation).await.unwrap();
    }

    /// Stores that the worker has seen a volume, of a stack of ours or of somebody else.
    pub(crate) async fn see_volume(&self, name: &str, ours: bool) {
        let mut observation = self.observed().await;
        observation.host.volumes.push(ObservedVolume {
            name: name.to_owned(),
            driver: "local".to_owned(),
            options: [].into(),
            labels: if ours { self.labels() } else { [].into() },
            anonymous_of: None,
        });
        self.database.observation_store().save(&observation).await.unwrap();
    }

    async fn observed(&self) -> Observation {
        let store = self.database.observation_store();
        if store.host().await.unwrap().is_none() {
            self.observe(&[]).await;
        }
        let host = store.host().await.unwrap().unwrap();
        let mut stacks: Vec<_> = host.occupants.iter().filter_map(|occupant| occupant.owner).collect();
        stacks.sort_unstable();
        stacks.dedup();
        let containers = store.containers_of(&stacks).await.unwrap();
        Observation { host, containers: containers.into_iter().flat_map(|(_, found)| found).collect() }
    }

    /// A container of the first replica of a service, as the worker sees it. It is not stored.
    pub(crate) fn container_of(&self, stack: &str, service: &str) -> ObservedContainer {
        let id = ContainerId(format!("{service:0<64}"));
        let mut container = self.observed_container(&id, &format!("shop-{service}-1"));
        let own = [(labels::STACK, stack), (labels::SERVICE, service), (labels::SLOT, "1")];
        container.labels.extend(own.map(|(key, value)| (key.to_owned(), value.to_owned())));
        container
    }

    /// Makes the worker report a compose project whose objects carry the labels of this stack.
    pub(crate) fn run_left_project(&self, name: &str, stack: &str) {
        let mut project = super::link::project(name, self.clock.now());
        let id = StackId(stack.parse().unwrap());
        project.summary.made_by = Some(id);
        let own =
            [(labels::STACK, stack), (labels::SERVICE, "web"), (labels::SLOT, "1"), (labels::SPEC, "old")];
        let mut left = self.labels();
        left.extend(own.map(|(key, value)| (key.to_owned(), value.to_owned())));
        for container in &mut project.observation.containers {
            container.labels.extend(left.clone());
        }
        for network in &mut project.observation.host.networks {
            network.labels.extend(left.clone());
        }
        for occupant in &mut project.observation.host.occupants {
            (occupant.owner, occupant.ours) = (Some(id), true);
        }
        self.link.run(project);
    }

    fn labels(&self) -> std::collections::BTreeMap<String, String> {
        let labels = [(labels::INSTANCE, self.link.instance.to_string()), (labels::STACK, STACK.to_string())];
        labels.map(|(key, value)| (key.to_owned(), value)).into()
    }

    fn observed_container(&self, id: &ContainerId, name: &str) -> ObservedContainer {
        ObservedContainer {
            id: id.clone(),
            name: name.to_owned(),
            labels: self.labels(),
            image: "app:1".into(),
            image_id: "sha256:1".into(),
            state: ContainerState::Running,
            health: None,
            created_at: None,
            started_at: None,
            finished_at: None,
            ending: RunEnding::Unknown,
            restart_count: 0,
            error: String::new(),
            networks: [].into(),
            network_mode: "none".into(),
            pid_mode: String::new(),
            ipc_mode: "private".into(),
            mounts: vec![ObservedMount {
                kind: "volume".into(),
                name: "blog".into(),
                source: "/somewhere".into(),
                target: "/data".into(),
                read_write: true,
                origin: VolumeOrigin::default(),
            }],
            ports: Vec::new(),
            placements: Vec::new(),
        }
    }

    /// The engine of the worker.
    pub(crate) fn engine(&self) -> Arc<SimContainerEngine> {
        Arc::clone(&self.link.engine)
    }

    /// Ends the worker's process, as far as containers are concerned.
    pub(crate) fn lose_worker(&self) {
        self.link.worker.set_away(true);
    }

    /// Starts it again.
    pub(crate) fn regain_worker(&self) {
        self.link.worker.set_away(false);
    }

    /// Makes the engine stop answering the worker.
    pub(crate) fn lose_engine(&self) {
        self.link.lose_engine();
        self.link.engine.set_unplugged(true);
    }

    /// Makes the worker stop observing the engine.
    pub(crate) fn forget_refresh(&self) {
        self.link.forget_refresh();
    }
}
