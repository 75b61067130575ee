//! The details of one container. Only observed fields are read: environment variables, for example, never get into
//! memory here.

use std::collections::BTreeMap;

use core_monitor_domain::ids::{ContainerId, ImageId, NetworkId};
use core_monitor_domain::observation::{
    ContainerState, Health, ObservedContainer, ObservedEndpoint, ObservedMount, PublishedPort, RunEnding,
    VolumeOrigin,
};
use core_monitor_domain::ports::LastCheck;
use core_monitor_domain::time::Timestamp;
use serde::Deserialize;

use super::stop_signal::StopSignal;

/// The relevant parts of an inspect.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Inspected {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    created: String,
    #[serde(default)]
    image: String,
    #[serde(default)]
    restart_count: i64,
    state: State,
    config: Config,
    #[serde(default)]
    host_config: Modes,
    #[serde(default)]
    mounts: Option<Vec<MountPoint>>,
    #[serde(default)]
    network_settings: NetworkSettings,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    status: String,
    #[serde(default)]
    exit_code: i64,
    #[serde(default)]
    error: String,
    #[serde(default)]
    started_at: String,
    #[serde(default)]
    finished_at: String,
    #[serde(default)]
    health: Option<HealthState>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HealthState {
    status: String,
    /// The last checks, oldest first.
    #[serde(default)]
    log: Option<Vec<Check>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Check {
    start: String,
    end: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    #[serde(default)]
    image: String,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    tty: bool,
    #[serde(default)]
    stop_signal: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Modes {
    #[serde(rename = "NetworkMode")]
    network: String,
    #[serde(rename = "PidMode")]
    pid: String,
    #[serde(rename = "IpcMode")]
    ipc: String,
    #[serde(rename = "Binds")]
    binds: Option<Vec<String>>,
    #[serde(rename = "Mounts")]
    mounts: Option<Vec<AskedMount>>,
    #[serde(rename = "VolumesFrom")]
    volumes_from: Option<Vec<String>>,
    #[serde(rename = "LogConfig")]
    logging: LogConfig,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LogConfig {
    #[serde(rename = "Type")]
    driver: String,
}

/// A mount as the create call asked for it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct AskedMount {
    source: String,
    target: String,
}

impl Modes {
    /// How the container came to the volume `name` at `target`. With `volumes_from`, the engine does not show which of those
    /// without a name come from there.
    fn origin(&self, name: &str, target: &str) -> VolumeOrigin {
        let binds = self.binds.iter().flatten().filter_map(|bind| bind.split(':').next());
        let mounts = || self.mounts.iter().flatten();
        if binds.chain(mounts().map(|mount| mount.source.as_str())).any(|source| source == name) {
            return VolumeOrigin::Named;
        }
        let same = |mount: &AskedMount| mount.target.trim_end_matches('/') == target;
        let asked_for = mounts().any(|mount| mount.source.is_empty() && same(mount));
        if asked_for || self.volumes_from.iter().flatten().next().is_none() {
            return VolumeOrigin::Own;
        }
        VolumeOrigin::Unknown
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MountPoint {
    #[serde(rename = "Type", default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    source: String,
    destination: String,
    #[serde(rename = "RW", default)]
    read_write: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct NetworkSettings {
    networks: Option<BTreeMap<String, Endpoint>>,
    ports: Option<BTreeMap<String, Option<Vec<Binding>>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Endpoint {
    #[serde(rename = "NetworkID", default)]
    network_id: String,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(rename = "IPAddress", default)]
    ip_address: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Binding {
    #[serde(default)]
    host_ip: String,
    #[serde(default)]
    host_port: String,
}

impl Inspected {
    /// Whether it has a terminal, so that its output is one stream without frames.
    pub(crate) fn has_tty(&self) -> bool {
        self.config.tty
    }

    /// The driver that keeps its output.
    pub(crate) fn log_driver(&self) -> &str {
        &self.host_config.logging.driver
    }

    /// The signal that it is stopped with.
    pub(crate) fn stop_signal(&self) -> StopSignal {
        StopSignal::of(&self.config.stop_signal)
    }

    /// The name by which it is attached to the network with this id or name.
    pub(crate) fn attached_as(&self, network: &str) -> Option<&str> {
        let networks = self.network_settings.networks.as_ref()?;
        let is_it =
            |(name, end): &(&String, &Endpoint)| end.network_id == network || name.as_str() == network;
        let found = networks.iter().find(is_it);
        found.map(|(name, _)| name.as_str())
    }

    /// Converts to the domain type.
    pub(crate) fn into_observed(self) -> ObservedContainer {
        let ports = published(self.network_settings.ports.unwrap_or_default());
        let networks = self.network_settings.networks.unwrap_or_default();
        ObservedContainer {
            id: ContainerId(self.id),
            name: self.name.trim_start_matches('/').to_owned(),
            labels: self.config.labels.unwrap_or_default(),
            image: self.config.image,
            image_id: ImageId(self.image),
            state: state(&self.state),
            health: self.state.health.as_ref().and_then(health),
            created_at: Timestamp::parse(&self.created),
            started_at: Timestamp::parse(&self.state.started_at),
            finished_at: Timestamp::parse(&self.state.finished_at),
            ending: RunEnding::Unknown,
            restart_count: u32::try_from(self.restart_count).unwrap_or(0),
            error: self.state.error,
            networks: networks.into_iter().map(|(name, end)| (name, endpoint(end))).collect(),
            mounts: mounts(self.mounts.unwrap_or_default(), &self.host_config),
            network_mode: self.host_config.network,
            pid_mode: self.host_config.pid,
            ipc_mode: self.host_config.ipc,
            ports,
            placements: Vec::new(),
        }
    }

    /// The newest health check that has ended.
    pub(crate) fn last_check(&self) -> Option<LastCheck> {
        let check = self.state.health.as_ref()?.log.as_ref()?.last()?;
        let (started_at, ended) = (Timestamp::parse(&check.start)?, Timestamp::parse(&check.end)?);
        Some(LastCheck { started_at, took: ended.since(started_at) })
    }
}

fn state(state: &State) -> ContainerState {
    match state.status.as_str() {
        "created" => ContainerState::Created,
        "running" => ContainerState::Running,
        "paused" => ContainerState::Paused,
        "restarting" => ContainerState::Restarting,
        "removing" => ContainerState::Removing,
        "dead" => ContainerState::Dead,
        _ => ContainerState::Exited { code: state.exit_code },
    }
}

/// `none` and unknown values count as no health check.
fn health(health: &HealthState) -> Option<Health> {
    match health.status.as_str() {
        "starting" => Some(Health::Starting),
        "healthy" => Some(Health::Healthy),
        "unhealthy" => Some(Health::Unhealthy),
        _ => None,
    }
}

fn endpoint(end: Endpoint) -> ObservedEndpoint {
    ObservedEndpoint {
        network_id: (!end.network_id.is_empty()).then_some(NetworkId(end.network_id)),
        aliases: end.aliases.unwrap_or_default(),
        ip_address: end.ip_address,
    }
}

fn mounts(points: Vec<MountPoint>, asked: &Modes) -> Vec<ObservedMount> {
    let origin = |point: &MountPoint| match point.kind.as_str() {
        "volume" => asked.origin(&point.name, &point.destination),
        _ => VolumeOrigin::Unknown,
    };
    let observed = |point: MountPoint| ObservedMount {
        origin: origin(&point),
        kind: point.kind,
        name: point.name,
        source: point.source,
        target: point.destination,
        read_write: point.read_write,
    };
    let mut mounts: Vec<ObservedMount> = points.into_iter().map(observed).collect();
    // The engine lists them in hash map order.
    mounts.sort_by(|a, b| a.target.cmp(&b.target));
    mounts
}

fn published(ports: BTreeMap<String, Option<Vec<Binding>>>) -> Vec<PublishedPort> {
    let mut published = Vec::new();
    for (key, bindings) in ports {
        let (number, protocol) = key.split_once('/').unwrap_or((&key, "tcp"));
        let container_port = number.parse().unwrap_or(0);
        for binding in bindings.into_iter().flatten() {
            published.push(PublishedPort {
                host_ip: binding.host_ip,
                host_port: binding.host_port.parse().unwrap_or(0),
                container_port,
                protocol: protocol.to_owned(),
            });
        }
    }
    published.sort();
    published
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: serde_json::Value) -> ObservedContainer {
        serde_json::from_value::<Inspected>(json).unwrap().into_observed()
    }

    fn bare(status: &str) -> serde_json::Value {
        serde_json::json!({"Id": "c0", "Name": "/web", "State": {"Status": status, "ExitCode": 3}, "Config": {}})
    }

    #[test]
    fn states_are_distinguished() {
        assert_eq!(read(bare("created")).state, ContainerState::Created);
        assert_eq!(read(bare("exited")).state, ContainerState::Exited { code: 3 });
        assert_eq!(read(bare("dead")).state, ContainerState::Dead);
        assert_eq!(read(bare("running")).name, "web");
    }

    #[test]
    fn an_empty_network_id_is_none() {
        let mut json = bare("created");
        json["NetworkSettings"] = serde_json::json!({
            "Networks": {"a": {"NetworkID": ""}, "b": {"NetworkID": "b0", "Aliases": null}},
            "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "90/udp": null}
        });
        let inspected: Inspected = serde_json::from_value(json).unwrap();
        assert_eq!(inspected.attached_as("b0"), Some("b"));
        assert_eq!(inspected.attached_as("a"), Some("a"));
        let container = inspected.into_observed();
        assert_eq!(container.networks["a"].network_id, None);
        assert_eq!(container.networks["b"].network_id, Some(NetworkId::from("b0")));
        assert_eq!(container.ports.len(), 1);
        assert_eq!(container.ports[0].host_port, 8080);
    }

    #[test]
    fn a_volume_is_its_own_only_if_nobody_named_it() {
        use VolumeOrigin::{Named, Own, Unknown};
        let origins = |host_config: serde_json::Value| {
            let mut json = bare("running");
            json["HostConfig"] = host_config;
            json["Mounts"] = serde_json::json!([
                {"Type": "volume", "Name": "v0", "Destination": "/a"},
                {"Type": "volume", "Name": "v1", "Destination": "/b"},
                {"Type": "bind", "Source": "/srv", "Destination": "/c"},
            ]);
            read(json).mounts.iter().map(|mount| mount.origin).collect::<Vec<_>>()
        };
        assert_eq!(origins(serde_json::json!({})), [Own, Own, Unknown]);
        assert_eq!(origins(serde_json::json!({"Binds": ["v0:/a:rw", "/srv:/c"]})), [Named, Own, Unknown]);
        let mounts = serde_json::json!([
            {"Type": "volume", "Source": "v1", "Target": "/b"}, {"Type": "volume", "Target": "/a/"},
        ]);
        assert_eq!(origins(serde_json::json!({"Mounts": mounts})), [Own, Named, Unknown]);
        let borrowing = serde_json::json!({"Mounts": mounts, "VolumesFrom": ["other"]});
        assert_eq!(origins(borrowing), [Own, Named, Unknown]);
        assert_eq!(origins(serde_json::json!({"VolumesFrom": ["other"]})), [Unknown, Unknown, Unknown]);
    }
}
