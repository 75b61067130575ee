//! Containers of stacks with their replicas, for logs.

use core_monitor_domain::ids::{ContainerId, InstanceId, StackId};
use core_monitor_domain::labels;
use core_monitor_domain::observation::{Observation, Occupant};
use core_monitor_domain::ports::{EngineReader as _, IdSource as _};
use core_monitor_simulation::engine::{ForeignContainer, SimImage};

use super::World;

impl World {
    /// Starts a container with this name, which the worker has not seen yet.
    pub(crate) fn start_unseen(&self, name: &str) -> ContainerId {
        self.engine().add_image(SimImage::new("app:1"));
        let container =
            ForeignContainer { name: name.into(), image: "app:1".into(), ..ForeignContainer::default() };
        self.engine().run_foreign(container).unwrap()
    }

    /// Stores that the worker has seen exactly these containers of a stack: each with its service and slot.
    pub(crate) async fn see_replicas(&self, stack: &str, replicas: &[(&ContainerId, &str, u32)]) {
        let stack: StackId = stack.parse().unwrap();
        let instance = self.database.token_store().instance(InstanceId(self.ids.next_uuid())).await.unwrap();
        self.observe(&[]).await;
        let store = self.database.observation_store();
        let mut host = store.host().await.unwrap().unwrap();
        let mut containers = Vec::new();
        for (id, service, slot) in replicas {
            let mut container = self.engine().inspect(id).await.unwrap().unwrap();
            container.labels.insert(labels::INSTANCE.into(), instance.to_string());
            container.labels.insert(labels::STACK.into(), stack.to_string());
            container.labels.insert(labels::SERVICE.into(), (*service).to_owned());
            container.labels.insert(labels::SLOT.into(), slot.to_string());
            host.occupants.push(Occupant {
                id: container.id.clone(),
                name: container.name.clone(),
                image: container.image.clone(),
                owner: Some(stack),
                ours: true,
                component: false,
                up: container.state.is_up(),
                started_at: container.started_at,
                shares_network_of: None,
                networks: Vec::new(),
                ports: Vec::new(),
            });
            containers.push(container);
        }
        store.save(&Observation { host, containers }).await.unwrap();
    }
}
