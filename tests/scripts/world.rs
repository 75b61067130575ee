//! The simulated world of a script, and changes to it from outside.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use core_monitor_domain::desired::SpecHash;
use core_monitor_domain::ids::{ContainerId, ImageId, InstanceId, NetworkId, StackId};
use core_monitor_domain::labels::{COMPONENT, Provenance, written_out};
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, Observation, ObservedContainer, ObservedImage,
    ObservedNetwork, ObservedVolume, Occupant, PublishedPort, RunEnding,
};
use core_monitor_domain::plan::Plan;
use core_monitor_domain::planner::{Objective, PlanningInput, plan};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::projection::Projection;
use core_monitor_domain::time::Timestamp;
use uuid::Uuid;

/// An engine that performs every effect, and outside changes.
pub(crate) struct World {
    pub(crate) projection: Projection,
    provenance: Provenance,
}

impl Default for World {
    fn default() -> Self {
        let engine = EngineFacts {
            id: "engine".into(),
            version: "20.10.24".into(),
            api: ApiVersion { major: 1, minor: 41 },
            os: "linux".into(),
            arch: "amd64".into(),
        };
        let host = HostObservation::empty(Timestamp(jiff::Timestamp::UNIX_EPOCH), engine);
        let provenance = Provenance {
            instance: InstanceId(Uuid::from_u128(1)),
            stack_id: StackId(Uuid::from_u128(2)),
            stack: "shop".parse().unwrap_or_else(|_| unreachable!("a constant name is well-formed")),
            version: None,
            command: None,
            epoch: None,
            predecessors: BTreeSet::new(),
        };
        Self { projection: Projection::new(Observation { host, containers: Vec::new() }), provenance }
    }
}

impl World {
    pub(crate) fn plan(&self, objective: Objective<'_>) -> Plan {
        plan(&PlanningInput {
            objective,
            observed: &self.projection.observation,
            provenance: &self.provenance,
            facts: &self.projection.facts,
            rules: &Rules::Everything,
        })
    }

    /// Records the runs, as a worker does when it first claims a RESTART.
    pub(crate) fn remember_runs(&mut self) {
        let containers = &self.projection.observation.containers;
        let up = containers.iter().filter(|container| container.state.is_up());
        self.projection.facts.restarting = up.filter_map(ObservedContainer::run).collect();
    }

    #[expect(clippy::too_many_lines, reason = "a line or two for each word of the language")]
    pub(crate) fn command(&mut self, words: &[&str]) -> Result<(), String> {
        match *words {
            ["engine", api] => {
                let (major, minor) = api.split_once('.').ok_or("invalid version")?;
                let number = |text: &str| text.parse().map_err(|_| "invalid version".to_owned());
                self.projection.observation.host.engine.api =
                    ApiVersion { major: number(major)?, minor: number(minor)? };
            }
            // The stack is deleted and created again under the same name.
            ["reborn"] => {
                let former = self.provenance.stack_id;
                self.provenance.predecessors.insert(former);
                self.provenance.stack_id = StackId(Uuid::from_u128(former.0.as_u128() + 1));
            }
            // A volume of another stack: existing, deleted, or of another installation.
            ["volume-of", whose, name] => self.volume_of(whose, name)?,
            ["image", name, id] => self.image(name, id),
            ["stranger", name] => self.stranger(name, None, Vec::new()),
            ["stranger", name, "anew"] => {
                self.stranger(name, None, Vec::new());
                self.occupant(name)?.id = ContainerId(format!("another-{name}"));
            }
            ["stranger", name, "port", port] => {
                self.stranger(name, Some(port.parse().map_err(|_| "invalid port")?), Vec::new());
            }
            ["stranger", name, "network", network] => self.stranger(name, None, vec![network.to_owned()]),
            ["guest", name, host] => {
                let shared = self.occupant(host)?.id.clone();
                self.stranger(name, None, Vec::new());
                let started = self.occupant(host)?.started_at;
                let guest = self.occupant(name)?;
                (guest.shares_network_of, guest.started_at) = (Some(shared), started);
            }
            ["foreign-network", name] => self.projection.observation.host.networks.push(ObservedNetwork {
                id: NetworkId(format!("foreign-{name}")),
                name: name.to_owned(),
                driver: "bridge".into(),
                labels: BTreeMap::new(),
                created_at: None,
                subnets: Vec::new(),
            }),
            ["foreign-volume", name, driver] => {
                self.projection.observation.host.volumes.push(ObservedVolume {
                    name: name.to_owned(),
                    driver: driver.to_owned(),
                    options: BTreeMap::new(),
                    labels: BTreeMap::new(),
                    anonymous_of: None,
                });
            }
            ["duplicate-network", name] => self.duplicate(name)?,
            ["exit", name, code] => {
                let code = code.parse().map_err(|_| "invalid exit code")?;
                let container = self.container(name)?;
                container.state = ContainerState::Exited { code };
                container.ending = RunEnding::ByItself;
                self.occupant(name)?.up = false;
            }
            // An image of Core Monitor brings this label.
            ["component", name] => {
                self.container(name)?.labels.insert(COMPONENT.to_owned(), "worker".to_owned());
            }
            // The effect of `docker stop`.
            ["halt", name] => {
                let container = self.container(name)?;
                container.state = ContainerState::Exited { code: 0 };
                container.ending = RunEnding::Stopped;
                self.occupant(name)?.up = false;
            }
            // The engine was restarted: it no longer knows how runs ended.
            ["engine-restarted"] => {
                for container in &mut self.projection.observation.containers {
                    container.ending = RunEnding::Unknown;
                }
            }
            // A container is started again by somebody else.
            ["again", name] => {
                let latest =
                    self.projection.observation.host.occupants.iter().filter_map(|o| o.started_at).max();
                let now =
                    latest.unwrap_or(Timestamp(jiff::Timestamp::UNIX_EPOCH)).plus(Duration::from_secs(1));
                self.occupant(name)?.started_at = Some(now);
                if let Ok(container) = self.container(name) {
                    container.started_at = Some(now);
                }
            }
            ["pause", name] => self.container(name)?.state = ContainerState::Paused,
            ["dead", name] => self.container(name)?.state = ContainerState::Dead,
            // The effects of `docker network disconnect` and `connect --alias`.
            ["disconnect", name, network] => {
                self.container(name)?
                    .networks
                    .remove(network)
                    .ok_or("the container is not attached to this network")?;
            }
            ["aliases", name, network, ref aliases @ ..] => {
                let endpoint = self
                    .container(name)?
                    .networks
                    .get_mut(network)
                    .ok_or("the container is not attached to this network")?;
                endpoint.aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
            }
            // The alias that an engine below API 1.45 adds.
            ["alias-of-id", name, network] => {
                let container = self.container(name)?;
                let short = container.id.short().to_owned();
                container
                    .networks
                    .get_mut(network)
                    .ok_or("the container is not attached to this network")?
                    .aliases
                    .push(short);
            }
            ["rename", name, to] => {
                to.clone_into(&mut self.container(name)?.name);
                to.clone_into(&mut self.occupant(name)?.name);
            }
            ["rm", name] => {
                self.projection.observation.containers.retain(|container| container.name != name);
                self.projection.observation.host.occupants.retain(|occupant| occupant.name != name);
            }
            _ => return Err("unknown command".to_owned()),
        }
        Ok(())
    }

    fn container(&mut self, name: &str) -> Result<&mut ObservedContainer, String> {
        let containers = &mut self.projection.observation.containers;
        containers
            .iter_mut()
            .find(|c| c.name == name)
            .ok_or_else(|| format!("there is no container `{name}`"))
    }

    fn occupant(&mut self, name: &str) -> Result<&mut Occupant, String> {
        let occupants = &mut self.projection.observation.host.occupants;
        occupants.iter_mut().find(|o| o.name == name).ok_or_else(|| format!("there is no container `{name}`"))
    }

    fn volume_of(&mut self, whose: &str, name: &str) -> Result<(), String> {
        let mut owner = self.provenance.clone();
        match whose {
            "living" => owner.stack_id = StackId(Uuid::from_u128(100)),
            "elsewhere" => owner.instance = InstanceId(Uuid::from_u128(100)),
            // The id of an earlier stack, but from another installation.
            "earlier-elsewhere" => {
                owner.stack_id = *owner.predecessors.first().ok_or("nothing was deleted")?;
                owner.instance = InstanceId(Uuid::from_u128(100));
            }
            _ => return Err("unknown owner".to_owned()),
        }
        let none = BTreeMap::new();
        self.projection.observation.host.volumes.push(ObservedVolume {
            name: name.to_owned(),
            driver: "local".to_owned(),
            options: none.clone(),
            labels: written_out(&owner.volume_labels(&none, name, &SpecHash("".into()))),
            anonymous_of: None,
        });
        Ok(())
    }

    /// Tags an image, moving the name from any other image.
    fn image(&mut self, name: &str, id: &str) {
        let images = &mut self.projection.observation.host.images;
        for image in images.iter_mut() {
            image.tags.retain(|tag| tag != name);
        }
        images.push(ObservedImage {
            id: ImageId::from(id),
            tags: vec![name.to_owned()],
            digests: Vec::new(),
            build: None,
        });
    }

    fn stranger(&mut self, name: &str, port: Option<u16>, networks: Vec<String>) {
        let published = |port| PublishedPort {
            host_ip: "0.0.0.0".into(),
            host_port: port,
            container_port: port,
            protocol: "tcp".into(),
        };
        self.projection.observation.host.occupants.push(Occupant {
            id: ContainerId(format!("stranger-{name}")),
            name: name.to_owned(),
            image: "stranger:1".into(),
            owner: None,
            ours: false,
            component: false,
            up: true,
            started_at: None,
            shares_network_of: None,
            networks,
            ports: port.map(published).into_iter().collect(),
        });
    }

    /// Adds an empty second network with the same name and labels, which older engines allow.
    fn duplicate(&mut self, name: &str) -> Result<(), String> {
        let networks = &mut self.projection.observation.host.networks;
        let original = networks.iter().find(|n| n.name == name).ok_or("there is no such network")?;
        let copy = ObservedNetwork { id: NetworkId(format!("copy-of-{name}")), ..original.clone() };
        networks.push(copy);
        Ok(())
    }

    /// The output of `docker ps -a`, `docker network ls` and `docker volume ls`, without ids.
    pub(crate) fn render(&self) -> String {
        let observation = &self.projection.observation;
        let mut lines: Vec<String> = observation
            .containers
            .iter()
            .map(|container| {
                let networks: Vec<_> = container.networks.keys().map(String::as_str).collect();
                let mut line =
                    format!("container {} {} {}", container.name, container.image, state(container));
                // Writing to a String cannot fail.
                let _ = write!(line, " on {}", networks.join(", "));
                line
            })
            .collect();
        lines.extend(observation.host.networks.iter().map(|network| format!("network {}", network.name)));
        lines.extend(observation.host.volumes.iter().map(|volume| format!("volume {}", volume.name)));
        lines.sort();
        lines.into_iter().map(|line| line + "\n").collect()
    }
}

fn state(container: &ObservedContainer) -> String {
    match (container.state, container.health) {
        (ContainerState::Exited { code }, _) => format!("exited ({code})"),
        (state, None) => format!("{state:?}").to_lowercase(),
        (state, Some(health)) => format!("{state:?} ({health:?})").to_lowercase(),
    }
}
