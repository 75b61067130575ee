//! Changes from outside: images appear, people stop containers manually, ports are taken.

use std::collections::BTreeMap;

use core_monitor_domain::desired::{BuildHash, ContainerSpec, NetworkMode, Port};
use core_monitor_domain::effect::{EffectOutcome, NewContainer};
use core_monitor_domain::ids::{ContainerId, ImageId, NetworkId};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::labels;
use core_monitor_domain::observation::{ApiVersion, RunEnding};
use core_monitor_domain::ports::EngineError;

use super::SimContainerEngine;
use super::behaviour::Behaviour;
use super::container::{End, Phase};
use super::world::Notice;

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimImage {
    /// `name:tag`.
    pub tag: String,
    /// Another generation of the same tag is a different image.
    pub generation: u32,
    /// Paths that get an anonymous volume.
    pub volumes: Vec<String>,
    /// Whether it defines a health check.
    pub has_health_check: bool,
    /// Labels that its containers inherit.
    pub labels: BTreeMap<String, String>,
    /// The behaviour of its default command.
    pub behaviour: Behaviour,
    name: String,
}

impl SimImage {
    /// An image whose containers run until they are stopped.
    pub fn new(tag: &str) -> Self {
        let tag = ImageRef::from(tag).familiar();
        Self {
            name: ImageRef::from(tag.as_str()).name().to_owned(),
            tag,
            generation: 1,
            volumes: Vec::new(),
            has_health_check: false,
            labels: BTreeMap::new(),
            behaviour: Behaviour::default(),
        }
    }

    /// An image built by the engine: its id depends on its input, as with a build cache.
    pub(super) fn built(
        tag: &str,
        hash: &BuildHash,
        labels: BTreeMap<String, String>,
        volumes: Vec<String>,
    ) -> Self {
        let digits = hash.as_str().get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        Self { volumes, labels, ..Self::new(tag).generation(digits.unwrap_or(0)) }
    }

    /// The same tag, rebuilt.
    #[must_use]
    pub fn generation(mut self, generation: u32) -> Self {
        self.generation = generation;
        self
    }

    /// With a `VOLUME` at `path`.
    #[must_use]
    pub fn volume(mut self, path: &str) -> Self {
        self.volumes.push(path.to_owned());
        self
    }

    /// With this behaviour of the default command.
    #[must_use]
    pub fn behaviour(mut self, behaviour: Behaviour) -> Self {
        self.behaviour = behaviour;
        self
    }

    /// Derived from name and generation, so it is the same in every run.
    pub fn id(&self) -> ImageId {
        let mut digest: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in self.name.bytes().chain(self.generation.to_be_bytes()) {
            // FNV-1a: distributes short texts well; collisions by intent do not matter here.
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        ImageId(format!("sha256:{digest:064x}"))
    }

    /// Its digests in a registry; none for an image that was built here.
    pub(super) fn digests(&self) -> Vec<String> {
        if self.labels.contains_key(labels::BUILD) { Vec::new() } else { vec![self.digest()] }
    }

    /// `name@sha256:...`.
    pub fn digest(&self) -> String {
        format!("{}@{}", self.name, self.id())
    }
}

/// A build that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimBuild {
    /// The name the image got.
    pub image: String,
    /// The hash of its build input.
    pub hash: String,
    /// Whether an image of that name had already been built from the same input.
    pub again: bool,
}

/// A foreign container.
#[derive(Debug, Clone, Default)]
pub struct ForeignContainer {
    /// Name.
    pub name: String,
    /// Image, which must exist.
    pub image: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Published ports.
    pub ports: Vec<Port>,
    /// Networks by name, as in another tool.
    pub networks: Vec<String>,
}

impl SimContainerEngine {
    /// Adds an image to the host.
    pub fn add_image(&self, image: SimImage) {
        self.world().add_image(image);
    }

    /// Removes an image from the host.
    pub fn forget_image(&self, tag: &str) {
        self.world().images.retain(|_, image| image.tag != tag);
    }

    /// Adds an image to the registry.
    pub fn publish(&self, image: SimImage) {
        self.world().registry.insert(image.tag.clone(), image);
    }

    /// Disconnects the engine from the registry, or connects it again.
    pub fn set_registry_down(&self, down: bool) {
        self.world().registry_down = down;
    }

    /// Makes every build fail at its last step, or succeed again.
    pub fn break_builds(&self, broken: bool) {
        self.world().builds_broken = broken;
    }

    /// The builds that succeeded so far, in order.
    pub fn builds(&self) -> Vec<SimBuild> {
        self.world().builds.clone()
    }

    /// Sets the behaviour of a command in any image: the words of entrypoint and command, separated by spaces.
    pub fn script(&self, command: &str, behaviour: Behaviour) {
        self.world().commands.insert(command.to_owned(), behaviour);
    }

    /// Stops or resumes answering. Subscriptions and output feeds end.
    pub fn set_unplugged(&self, unplugged: bool) {
        let mut world = self.world();
        world.unplugged = unplugged;
        if unplugged {
            // There may be no receiver.
            let _ = world.notices.send(Notice::Gone);
            world.lose_followers();
            world.lose_meters();
        }
    }

    /// Advances time.
    pub fn advance(&self, ticks: u64) {
        self.world().advance(ticks);
    }

    /// Creates and starts a foreign container.
    pub fn run_foreign(&self, foreign: ForeignContainer) -> Result<ContainerId, EngineError> {
        let mut world = self.world();
        let new = NewContainer {
            name: foreign.name,
            image: ImageRef::from(foreign.image.as_str()),
            spec: ContainerSpec {
                ports: foreign.ports,
                network_mode: NetworkMode::Bridge,
                ..ContainerSpec::default()
            },
            labels: foreign.labels,
            attachments: Vec::new(),
            inherited: Vec::new(),
            parents: BTreeMap::new(),
        };
        let EffectOutcome::Container { id, .. } = world.create_container(&new)? else {
            return Err(EngineError::Conflict { message: "no container was made".to_owned() });
        };
        if !foreign.networks.is_empty() {
            let ends = foreign.networks.into_iter().map(|name| (name, End::default()));
            world.container_mut(&id)?.endpoints = ends.collect();
        }
        world.start(&id)?;
        Ok(id)
    }

    /// The id of the container with this name.
    pub fn container_named(&self, name: &str) -> Option<ContainerId> {
        self.world().find_container(name).map(|container| container.id.clone())
    }

    /// The stops that were asked for so far, with their grace periods in milliseconds, in order.
    pub fn stops(&self) -> Vec<(String, Option<u64>)> {
        self.world().stops.clone()
    }

    /// Every container with its name.
    pub fn names(&self) -> BTreeMap<ContainerId, String> {
        self.world()
            .containers
            .values()
            .map(|container| (container.id.clone(), container.name.clone()))
            .collect()
    }

    /// How often each existing container was started, without restarts by policy.
    pub fn starts(&self) -> BTreeMap<ContainerId, u32> {
        self.world().containers.values().map(|container| (container.id.clone(), container.starts)).collect()
    }

    /// Names of all containers, sorted.
    pub fn container_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.world().containers.values().map(|c| c.name.clone()).collect();
        names.sort();
        names
    }

    /// Kills a container like `docker kill`: a restart policy does not apply.
    pub fn kill(&self, id: &ContainerId) {
        self.world().halt(id, 137, RunEnding::Stopped);
    }

    /// Starts a container, as `docker start` does.
    pub fn start_by_hand(&self, id: &ContainerId) -> Result<(), EngineError> {
        self.world().start(id)
    }

    /// Stops a container like `docker stop`.
    pub fn stop_by_hand(&self, id: &ContainerId) {
        // A container that is gone is stopped, too.
        let _: Result<(), EngineError> = self.world().stop(id);
    }

    /// Forgets how runs have ended, as an engine does that was restarted.
    pub fn forget_endings(&self) {
        for container in self.world().containers.values_mut() {
            container.ending = RunEnding::Unknown;
        }
    }

    /// Makes the engine forget at once how runs have ended, as one does that has too many other events.
    pub fn set_forgetful(&self, forgetful: bool) {
        self.world().forgetful = forgetful;
    }

    /// Pauses a container.
    pub fn pause(&self, id: &ContainerId) {
        if let Some(container) = self.world().containers.get_mut(id) {
            container.phase = Phase::Paused;
        }
    }

    /// Marks a container as partially removed, as after a failed removal.
    pub fn mark_dead(&self, id: &ContainerId) {
        if let Some(container) = self.world().containers.get_mut(id) {
            container.phase = Phase::Dead;
        }
    }

    /// Renames a container without any check.
    pub fn rename_by_hand(&self, id: &ContainerId, to: &str) {
        if let Some(container) = self.world().containers.get_mut(id) {
            to.clone_into(&mut container.name);
        }
    }

    /// Removes a container in any state.
    pub fn remove_by_hand(&self, id: &ContainerId) {
        let mut world = self.world();
        world.containers.remove(id);
        world.followers.remove(id);
        world.meters.remove(id);
        world.notify("container", "destroy", id.as_str());
    }

    /// Starts a removal that takes this many ticks.
    pub fn begin_removal(&self, id: &ContainerId, ticks: u64) {
        let mut world = self.world();
        let until = world.tick + ticks;
        if let Some(container) = world.containers.get_mut(id) {
            container.phase = Phase::Removing(until);
        }
    }

    /// Reserves a name for an invisible container.
    pub fn reserve_name(&self, name: &str) -> ContainerId {
        let mut world = self.world();
        let ghost = ContainerId(world.fresh_id());
        world.reserved_names.insert(name.to_owned(), ghost.clone());
        ghost
    }

    /// Frees a reserved name, as an engine restart does.
    pub fn release_name(&self, name: &str) {
        self.world().reserved_names.remove(name);
    }

    /// Creates a network. Older engines create a second one of the same name; `None` if the engine rejects it.
    pub fn create_network_by_hand(&self, name: &str) -> Option<NetworkId> {
        let mut world = self.world();
        let duplicate = world.networks.values().any(|network| network.name == name);
        if duplicate && world.api >= ApiVersion::ALL_NETWORKS_IN_CREATE {
            return None;
        }
        let subnet = world.fresh_subnet();
        Some(world.add_network(name, "bridge", BTreeMap::new(), vec![subnet], false))
    }

    /// Creates a network with the name and the labels of another one.
    pub fn copy_network(&self, id: &NetworkId) {
        let mut world = self.world();
        if let Some(network) = world.networks.get(id).cloned() {
            let subnet = world.fresh_subnet();
            world.add_network(&network.name, &network.driver, network.labels, vec![subnet], false);
        }
    }

    /// Creates a volume.
    pub fn create_volume_by_hand(&self, name: &str, labels: BTreeMap<String, String>) {
        self.world().add_volume(name, BTreeMap::new(), labels);
    }

    /// Creates a volume for a device of the host.
    pub fn create_volume_with_device(&self, name: &str, device: &str) {
        let options = [("device".to_owned(), device.to_owned())].into();
        self.world().add_volume(name, options, BTreeMap::new());
    }

    /// Writes a marker into a volume.
    pub fn write_volume(&self, name: &str, data: &str) {
        if let Some(volume) = self.world().volumes.get_mut(name) {
            data.clone_into(&mut volume.data);
        }
    }

    /// Writes a marker into the volume mounted at `target` in a container.
    pub fn write_mounted(&self, container: &str, target: &str, data: &str) {
        let name = {
            let world = self.world();
            let mounts = world.find_container(container).map(|c| c.mounts.as_slice()).unwrap_or_default();
            mounts.iter().find(|mount| mount.target == target).map(|mount| mount.volume.clone())
        };
        if let Some(name) = name {
            self.write_volume(&name, data);
        }
    }

    /// Makes a host process use a port.
    pub fn occupy_port(&self, port: u16) {
        self.world().occupied_ports.insert(port);
    }

    /// Makes a path on the host missing.
    pub fn miss_path(&self, path: &str) {
        self.world().missing_paths.insert(path.to_owned());
    }
}
