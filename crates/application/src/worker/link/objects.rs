//! What the host has, what happens there, and what the engine knows about a container.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::adoption::Adoption;
use core_monitor_domain::creation::Creation;
use core_monitor_domain::engine_event::{EngineEvent, EventPlace, EventsFrom};
use core_monitor_domain::ids::{InstanceId, Slot, StackId};
use core_monitor_domain::inspection::hidden;
use core_monitor_domain::inventory::{DiskUsage, Inventory};
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::ports::{
    AdoptionStore, CreationStore, EngineError, EventFeed, Feed, Inspection, LinkError, ObjectLink,
};
use core_monitor_domain::secret_variable::OpenedSecrets;
use serde_json::Value;
use tokio::sync::Mutex;
use tracing::warn;

use super::{WorkerLink, refused, told};
use crate::sealed_secrets::StackSecrets;
use crate::worker::chain;

/// How long sizes are good enough: the engine walks through every volume to add them up.
const SIZES_LAST: Duration = Duration::from_mins(1);

/// The sizes that the engine added up last.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownSizes(Arc<Mutex<Option<DiskUsage>>>);

#[async_trait]
impl ObjectLink for WorkerLink {
    async fn inventory(&self, sizes: bool) -> Result<Inventory, LinkError> {
        let now = self.clock.now();
        let mut inventory =
            self.readers.inventory.inventory(now, false).await.map_err(|error| told(&error))?;
        if sizes {
            // Whoever asks meanwhile waits for the same answer, instead of making the engine add up twice.
            let mut known = self.sizes.0.lock().await;
            let fresh = known.take().filter(|sizes| now.since(sizes.taken_at) < SIZES_LAST);
            let usage = match fresh {
                Some(usage) => usage,
                None => self.readers.inventory.disk_usage(now).await.map_err(|error| told(&error))?,
            };
            inventory.sizes = Some(known.insert(usage).clone());
        }
        Ok(inventory)
    }

    async fn inspect(&self, wanted: &Inspection) -> Result<Value, LinkError> {
        let container = &wanted.container;
        let found = self.readers.witness.document(container).await.map_err(|error| told(&error))?;
        let document = found
            .ok_or_else(|| LinkError::NotFound { message: format!("no such container: {container}") })?;
        if wanted.reveal {
            return Ok(document);
        }
        let secrets = match wanted.stack_id {
            Some(stack) => {
                let secrets = StackSecrets::read(&*self.stacks, &*self.vault, stack).await;
                secrets.map_err(|error| refused(&error))?.opened
            }
            None => OpenedSecrets::default(),
        };
        Ok(hidden(document, &secrets))
    }

    async fn engine_events(&self, from: EventsFrom) -> Result<EventFeed<LinkError>, LinkError> {
        let events = self.readers.witness.events(from).await.map_err(|error| told(&error))?;
        let places = Places {
            instance: self.instance,
            adoptions: Arc::clone(&self.adoptions),
            creations: Arc::clone(&self.creations),
            known: HashMap::new(),
            unknown: HashSet::new(),
        };
        Ok(Box::new(Placed { events, places }))
    }
}

/// Events with proved places.
struct Placed {
    events: EventFeed<EngineError>,
    places: Places,
}

#[async_trait]
impl Feed<EngineEvent, LinkError> for Placed {
    async fn next(&mut self) -> Result<Option<EngineEvent>, LinkError> {
        let Some(mut event) = self.events.next().await.map_err(|error| told(&error))? else {
            return Ok(None);
        };
        event.place = self.places.of(&event).await;
        Ok(Some(event))
    }
}

/// What belongs to which stack, as recorded.
struct Places {
    instance: InstanceId,
    adoptions: Arc<dyn AdoptionStore>,
    creations: Arc<dyn CreationStore>,
    known: HashMap<String, Place>,
    /// What was looked for in vain: it must not cost a look for each of its events.
    unknown: HashSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    stack_id: StackId,
    service: Option<ServiceName>,
    slot: Option<Slot>,
}

/// How many unknown objects are remembered.
const UNKNOWN: usize = 10_000;

impl Places {
    async fn of(&mut self, event: &EngineEvent) -> Option<EventPlace> {
        // An image belongs to nobody.
        if !matches!(event.kind.as_str(), "container" | "network" | "volume") {
            return None;
        }
        if !self.known.contains_key(&event.id) && !self.unknown.contains(&event.id) {
            self.read().await;
            if !self.known.contains_key(&event.id) {
                if self.unknown.len() >= UNKNOWN {
                    self.unknown.clear();
                }
                self.unknown.insert(event.id.clone());
            }
        }
        let Some(place) = self.known.get(&event.id) else {
            // While the answer to a create call is on its way, only the mark says whose it is; the record follows.
            if event.action == "create" {
                self.unknown.remove(&event.id);
            }
            return None;
        };
        let claimed = event
            .place
            .as_ref()
            .filter(|claim| claim.instance == self.instance && claim.stack_id == place.stack_id);
        Some(EventPlace {
            instance: self.instance,
            stack_id: place.stack_id,
            service: place.service.clone().or_else(|| claimed?.service.clone()),
            slot: place.slot.or_else(|| claimed?.slot),
        })
    }

    async fn read(&mut self) {
        let (creations, adoptions) = (self.creations.list().await, self.adoptions.list().await);
        match (creations, adoptions) {
            (Ok(creations), Ok(adoptions)) => {
                self.known.extend(creations.list.iter().filter_map(created));
                self.known.extend(adoptions.iter().flat_map(adopted));
            }
            (Err(error), _) | (_, Err(error)) => {
                warn!(error = %chain(&error), "cannot read which objects belong to stacks; events are shown without");
            }
        }
    }
}

fn created(creation: &Creation) -> Option<(String, Place)> {
    use core_monitor_domain::observation::ObjectKind;
    let id = match creation.kind {
        ObjectKind::Volume => creation.name.clone(),
        ObjectKind::Container | ObjectKind::Network => creation.object.clone()?,
    };
    Some((id, Place { stack_id: creation.stack_id, service: None, slot: None }))
}

fn adopted(adoption: &Adoption) -> Vec<(String, Place)> {
    let place = |service, slot| Place { stack_id: adoption.stack_id, service, slot };
    let containers = adoption.containers.iter().map(|container| {
        (container.id.to_string(), place(Some(container.service.clone()), Some(container.slot)))
    });
    let networks = adoption.networks.iter().map(|network| (network.id.to_string(), place(None, None)));
    let volumes = adoption.volumes.iter().map(|volume| (volume.name.clone(), place(None, None)));
    containers.chain(networks).chain(volumes).collect()
}
