//! The real engine, changes from outside, and cleanup.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use async_trait::async_trait;
use bollard::Docker;
use bollard::exec::{StartExecOptions, StartExecResults};
use bollard::models::{ContainerCreateBody, ExecConfig, NetworkCreateRequest, VolumeCreateRequest};
use bollard::query_parameters::{
    CreateContainerOptions, ListContainersOptionsBuilder, ListImagesOptions, ListVolumesOptions,
    RemoveContainerOptions, RemoveImageOptions, RemoveVolumeOptions,
};
use core_monitor_domain::ids::{ContainerId, NetworkId};
use core_monitor_domain::time::Timestamp;
use core_monitor_engine_docker::{DockerContainerEngine, EngineAddress};
use core_monitor_host::SystemClock;
use core_monitor_simulation::artifacts::SimArtifacts;
use core_monitor_simulation::engine::{ForeignContainer, SimContainerEngine};
use futures::StreamExt as _;
use uuid::Uuid;

use crate::bench::{BUSYBOX, Engine};
use crate::builds::Folder;
use crate::outside::Outside;

pub(crate) fn address() -> String {
    #[expect(clippy::disallowed_methods, reason = "which engine to test is said by the environment only")]
    let host = std::env::var("DOCKER_HOST");
    host.unwrap_or_else(|_| "unix:///var/run/docker.sock".to_owned())
}

pub(crate) fn adapter(address: &str) -> DockerContainerEngine {
    DockerContainerEngine::new(&address.parse::<EngineAddress>().unwrap(), Arc::new(SystemClock))
}

/// The artifact that can be read.
pub(crate) const ARTIFACT: &[u8] = b"secret";

/// One whose stored bytes have changed. It is sent in several chunks, so that a part of it arrives.
pub(crate) const DAMAGED: &[u8] = &[7; 200_000];

/// The store with both.
pub(crate) fn artifacts() -> SimArtifacts {
    let artifacts = SimArtifacts::default();
    artifacts.put(ARTIFACT, Timestamp::beginning());
    let damaged = artifacts.put(DAMAGED, Timestamp::beginning());
    artifacts.damage(&damaged);
    artifacts
}

/// The engine through the adapter, and directly.
pub(crate) async fn connect() -> (Arc<dyn Engine>, Arc<dyn Outside>) {
    let docker = past_the_adapter();
    if let Err(error) = docker.ping().await {
        panic!("cannot reach the container engine at {}: {error}; start one or set `DOCKER_HOST`", address());
    }
    let image = docker.inspect_image(BUSYBOX).await;
    assert!(image.is_ok(), "the image {BUSYBOX} is missing: run tests/setup/images.sh");
    let adapter = adapter(&address())
        .building_from(Arc::new(Folder(BTreeMap::new())))
        .putting_from(Arc::new(artifacts()));
    (Arc::new(adapter), Arc::new(Hands { docker }))
}

/// An adapter for an address without an engine.
pub(crate) fn nowhere() -> Arc<dyn Engine> {
    Arc::new(adapter("tcp://127.0.0.1:1"))
}

pub(crate) fn past_the_adapter() -> Docker {
    Docker::connect_with_host(&address()).unwrap()
}

/// An id and a name prefix that only this test of this process uses.
pub(crate) fn unique(test: &str) -> (Uuid, String) {
    let mut hasher = DefaultHasher::new();
    (std::process::id(), test, std::thread::current().id()).hash(&mut hasher);
    let hash = hasher.finish();
    (Uuid::from_u128(u128::from(hash) << 64 | 1), format!("cmt{hash:016x}"))
}

struct Hands {
    docker: Docker,
}

#[async_trait]
impl Outside for Hands {
    async fn pause(&self, id: &ContainerId) {
        self.docker.pause_container(id.as_str()).await.unwrap();
    }

    async fn kill(&self, id: &ContainerId) {
        self.docker.kill_container(id.as_str(), None).await.unwrap();
    }

    async fn measure(&self) {}

    async fn remove(&self, id: &ContainerId) {
        let options = RemoveContainerOptions { force: true, ..RemoveContainerOptions::default() };
        self.docker.remove_container(id.as_str(), Some(options)).await.unwrap();
    }

    async fn write(&self, id: &ContainerId, stderr: bool, line: &str) {
        let to = if stderr { 2 } else { 1 };
        // Through the pipe of the container's main process.
        let script = format!("echo {line} >/proc/1/fd/{to}");
        let config = ExecConfig {
            cmd: Some(vec!["sh".into(), "-c".into(), script]),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..ExecConfig::default()
        };
        let exec = self.docker.create_exec(id.as_str(), config).await.unwrap().id;
        let started = self.docker.start_exec(&exec, Some(StartExecOptions::default())).await.unwrap();
        let StartExecResults::Attached { output, .. } = started else { panic!("it is not attached") };
        let said: Vec<_> = output.collect().await;
        assert_eq!(said.len(), 0, "{said:?}");
    }

    async fn create_network(&self, name: &str) -> NetworkId {
        let request = NetworkCreateRequest { name: name.to_owned(), ..NetworkCreateRequest::default() };
        NetworkId(self.docker.create_network(request).await.unwrap().id)
    }

    async fn duplicate_network(&self, name: &str) -> Option<NetworkId> {
        let request = NetworkCreateRequest { name: name.to_owned(), ..NetworkCreateRequest::default() };
        match self.docker.create_network(request).await {
            Ok(made) => Some(NetworkId(made.id)),
            Err(bollard::errors::Error::DockerResponseServerError { status_code: 409, .. }) => None,
            Err(error) => panic!("{error}"),
        }
    }

    async fn run(&self, name: &str, labels: BTreeMap<String, String>) -> ContainerId {
        let options =
            CreateContainerOptions { name: Some(name.to_owned()), ..CreateContainerOptions::default() };
        let body = ContainerCreateBody {
            image: Some(BUSYBOX.to_owned()),
            labels: Some(labels.into_iter().collect()),
            ..ContainerCreateBody::default()
        };
        let id = self.docker.create_container(Some(options), body).await.unwrap().id;
        self.docker.start_container(&id, None).await.unwrap();
        ContainerId(id)
    }

    async fn create_unmountable_volume(&self, name: &str) {
        let options = [("type", "none"), ("o", "bind"), ("device", "/no/such/path")];
        let driver_opts: HashMap<String, String> =
            options.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let request = VolumeCreateRequest {
            name: Some(name.to_owned()),
            driver_opts: Some(driver_opts),
            ..VolumeCreateRequest::default()
        };
        self.docker.create_volume(request).await.unwrap();
    }

    /// The suite uses a registry at a port without a listener.
    async fn cut_registry(&self) {}
}

#[async_trait]
impl Outside for SimContainerEngine {
    async fn pause(&self, id: &ContainerId) {
        Self::pause(self, id);
    }

    async fn kill(&self, id: &ContainerId) {
        Self::kill(self, id);
    }

    async fn measure(&self) {
        self.measure_by_hand();
    }

    async fn remove(&self, id: &ContainerId) {
        self.remove_by_hand(id);
    }

    async fn write(&self, id: &ContainerId, stderr: bool, line: &str) {
        self.write_by_hand(id, stderr, line);
    }

    async fn create_network(&self, name: &str) -> NetworkId {
        self.create_network_by_hand(name).unwrap()
    }

    async fn duplicate_network(&self, name: &str) -> Option<NetworkId> {
        Some(self.create_network_by_hand(name).unwrap())
    }

    async fn run(&self, name: &str, labels: BTreeMap<String, String>) -> ContainerId {
        let foreign = ForeignContainer {
            name: name.to_owned(),
            image: BUSYBOX.to_owned(),
            labels,
            ..ForeignContainer::default()
        };
        self.run_foreign(foreign).unwrap()
    }

    async fn create_unmountable_volume(&self, name: &str) {
        self.create_volume_with_device(name, "/no/such/path");
    }

    async fn cut_registry(&self) {
        self.set_registry_down(true);
    }
}

/// The output of `docker`.
pub(crate) fn command_line(arguments: &[&str]) -> String {
    printed(command().args(arguments))
}

/// The image that Docker's own client builds from a folder with the classic builder.
pub(crate) fn classic_build(folder: &std::path::Path) -> String {
    printed(command().env("DOCKER_BUILDKIT", "0").args(["build", "--quiet"]).arg(folder))
}

fn command() -> std::process::Command {
    #[expect(clippy::disallowed_methods, reason = "the reference that the tests compare with")]
    std::process::Command::new("docker")
}

fn printed(command: &mut std::process::Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// On every image built by a test.
pub(crate) const PREFIX_LABEL: &str = "core-monitor-test.prefix";

/// Removes everything with the prefix: containers with their anonymous volumes, networks, volumes.
pub(crate) async fn clean_up(prefix: &str) {
    let docker = past_the_adapter();
    let all = ListContainersOptionsBuilder::default().all(true).build();
    for container in docker.list_containers(Some(all)).await.unwrap_or_default() {
        let ours = container.names.iter().flatten().any(|name| name.starts_with(&format!("/{prefix}")));
        if let (true, Some(id)) = (ours, container.id) {
            let options = RemoveContainerOptions { force: true, v: true, link: false };
            // Leftovers show in the next run.
            let _ = docker.remove_container(&id, Some(options)).await;
        }
    }
    let labelled = format!("{PREFIX_LABEL}={prefix}");
    let filters = HashMap::from([("label".to_owned(), vec![labelled])]);
    let images = ListImagesOptions { filters: Some(filters), ..ListImagesOptions::default() };
    for image in docker.list_images(Some(images)).await.unwrap_or_default() {
        let options = RemoveImageOptions { force: true, ..RemoveImageOptions::default() };
        let _ = docker.remove_image(&image.id, Some(options), None).await;
    }
    for network in docker.list_networks(None).await.unwrap_or_default() {
        if let (Some(true), Some(id)) = (network.name.map(|name| name.starts_with(prefix)), network.id) {
            let _ = docker.remove_network(&id).await;
        }
    }
    let volumes = docker.list_volumes(None::<ListVolumesOptions>).await.ok().and_then(|list| list.volumes);
    for volume in volumes.unwrap_or_default() {
        if volume.name.starts_with(prefix) {
            let _ = docker.remove_volume(&volume.name, None::<RemoveVolumeOptions>).await;
        }
    }
}
