//! Starting and stopping, and what prevents it.

use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::observation::RunEnding;
use core_monitor_domain::ports::EngineError;

use super::container::{Container, Phase};
use super::world::{World, no_such_container};

impl World {
    /// A failed start leaves the container unchanged, with the reason in its state.
    pub(super) fn start(&mut self, id: &ContainerId) -> Result<(), EngineError> {
        let container = self.container(id)?;
        match container.phase {
            Phase::Running => return Ok(()),
            Phase::Paused => {
                return Err(conflict("cannot start a paused container, try unpause instead"));
            }
            Phase::Removing(_) | Phase::Dead => {
                return Err(conflict("container is marked for removal and cannot be started"));
            }
            Phase::Created | Phase::Exited | Phase::Restarting(_) => {}
        }
        let started = self.bring_up(id);
        let tick = self.tick;
        let container = self.container_mut(id)?;
        match started {
            Ok(()) => {
                container.phase = Phase::Running;
                container.started = Some(tick);
                container.starts += 1;
                container.exit_code = 0;
                container.error.clear();
                container.ending = RunEnding::Unknown;
                container.hooks.clear();
                container.signals.clear();
                let behaviour = &mut container.behaviour;
                let missing =
                    behaviour.reads.as_ref().is_some_and(|path| !container.files.contains_key(path));
                if missing {
                    behaviour.exits = Some((1, 1));
                } else if behaviour.reads.is_some() {
                    behaviour.exits = Some((1, 0));
                }
            }
            Err(error) => {
                container.error = error.to_string();
                container.exit_code = 128;
                container.ports.clear();
                return Err(error);
            }
        }
        for (stderr, line) in self.container(id)?.behaviour.lines.clone() {
            self.write_line(id, stderr, line);
        }
        self.notify("container", "start", id.as_str());
        Ok(())
    }

    /// Everything that must succeed before the process runs, in the engine's order: volumes, networks, ports, command.
    fn bring_up(&mut self, id: &ContainerId) -> Result<(), EngineError> {
        self.mount_volumes(id)?;
        self.join_parent(id)?;
        self.join_networks(id)?;
        let wanted = self.container(id)?.spec.ports.clone();
        let ports = self.allocate_ports(&wanted)?;
        self.start_logging(id)?;
        let container = self.container_mut(id)?;
        if !container.behaviour.command_exists {
            let message =
                "OCI runtime create failed: unable to start container process: executable file not found";
            return Err(EngineError::StartRefused { message: message.to_owned() });
        }
        container.ports = ports;
        Ok(())
    }

    /// The engine reads the template of the tag only now, and quotes what it does not know.
    fn start_logging(&self, id: &ContainerId) -> Result<(), EngineError> {
        let logging = self.container(id)?.spec.logging.as_ref();
        let tag = logging.and_then(|logging| logging.options.get("tag"));
        let action = tag.and_then(|tag| tag.strip_prefix("{{")?.strip_suffix("}}"));
        let Some(function) = action.filter(|action| !action.starts_with('.')) else { return Ok(()) };
        let message = format!(
            "failed to create task for container: failed to initialize logging driver: \
             template: log-tag:1: function \"{function}\" not defined"
        );
        Err(EngineError::StartRefused { message })
    }

    fn mount_volumes(&self, id: &ContainerId) -> Result<(), EngineError> {
        for mount in &self.container(id)?.mounts {
            let device = self.volumes.get(&mount.volume).and_then(|volume| volume.options.get("device"));
            if let Some(device) = device.filter(|device| self.missing_paths.contains(*device)) {
                let message = format!(
                    "error while mounting volume: failed to mount local volume: mount {device}: no such file or directory"
                );
                return Err(EngineError::StartRefused { message });
            }
        }
        Ok(())
    }

    /// The container whose namespace is shared must be running.
    fn join_parent(&self, id: &ContainerId) -> Result<(), EngineError> {
        let Some(parent) = self.container(id)?.network_mode.strip_prefix("container:") else { return Ok(()) };
        match self.find_container(parent) {
            None => Err(no_such_container(parent)),
            Some(found) if !found.is_up() => {
                Err(conflict(&format!("cannot join network of a non running container: {parent}")))
            }
            Some(_) => Ok(()),
        }
    }

    fn join_networks(&mut self, id: &ContainerId) -> Result<(), EngineError> {
        let names: Vec<String> = self.container(id)?.endpoints.keys().cloned().collect();
        for name in names {
            let known = self.container(id)?.endpoints.get(&name).and_then(|end| end.network.clone());
            let network = self.resolve(&name, known)?;
            let address = self.address(&network, id);
            if let Some(end) = self.container_mut(id)?.endpoints.get_mut(&name) {
                end.network = Some(network);
                end.address = address;
            }
        }
        Ok(())
    }

    /// By id if it is known, even if another network has the name now; otherwise by name.
    fn resolve(&self, name: &str, known: Option<NetworkId>) -> Result<NetworkId, EngineError> {
        let gone = |what: &str| EngineError::NotFound { message: format!("network {what} not found") };
        if let Some(id) = known {
            return if self.networks.contains_key(&id) { Ok(id) } else { Err(gone(id.as_str())) };
        }
        let mut found = self.networks.values().filter(|network| network.name == name);
        match (found.next(), found.next()) {
            (Some(network), None) => Ok(network.id.clone()),
            (None, _) => Err(gone(name)),
            (Some(_), Some(_)) => Err(EngineError::StartRefused {
                message: format!("network {name} is ambiguous (2 matches found on name)"),
            }),
        }
    }

    /// An address in the network, the same in every run. `host` and `none` have none.
    pub(super) fn address(&self, network: &NetworkId, id: &ContainerId) -> String {
        let subnet = self.networks.get(network).and_then(|network| network.subnets.first());
        let Some((base, _)) = subnet.and_then(|subnet| subnet.rsplit_once('.')) else { return String::new() };
        let others = self.containers.values().filter(|other| other.id != *id && other.is_up());
        let taken = others.filter(|c| c.endpoints.values().any(|end| end.network.as_ref() == Some(network)));
        format!("{base}.{}", taken.count() + 2)
    }

    pub(super) fn stop(&mut self, id: &ContainerId) -> Result<(), EngineError> {
        let container = self.container(id)?;
        let code = container.behaviour.stop_code;
        if container.is_up() {
            self.halt(id, code, RunEnding::Stopped);
            self.notify("container", "stop", id.as_str());
        }
        Ok(())
    }

    pub(super) fn restart(&mut self, id: &ContainerId) -> Result<(), EngineError> {
        self.stop(id)?;
        self.start(id)
    }

    pub(super) fn pause(&mut self, id: &ContainerId) -> Result<(), EngineError> {
        let container = self.container_mut(id)?;
        let message = match container.phase {
            Phase::Running => {
                container.phase = Phase::Paused;
                self.notify("container", "pause", id.as_str());
                return Ok(());
            }
            Phase::Paused => format!("Container {id} is already paused"),
            Phase::Restarting(_) => {
                format!("Container {id} is restarting, wait until the container is running")
            }
            _ => format!("Container {id} is not running"),
        };
        Err(conflict(&message))
    }

    pub(super) fn unpause(&mut self, id: &ContainerId) -> Result<(), EngineError> {
        let container = self.container_mut(id)?;
        if container.phase != Phase::Paused {
            return Err(conflict(&format!("Container {id} is not paused")));
        }
        container.phase = Phase::Running;
        self.notify("container", "unpause", id.as_str());
        Ok(())
    }
}

/// Whether it has an endpoint that prevents the removal of a network.
pub(super) fn is_active_in(container: &Container, network: &NetworkId) -> bool {
    container.is_up() && container.endpoints.values().any(|end| end.network.as_ref() == Some(network))
}

pub(super) fn conflict(message: &str) -> EngineError {
    EngineError::Conflict { message: message.to_owned() }
}
