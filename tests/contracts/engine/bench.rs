//! One engine, one test: unique names, effects as short text, and cleanup at the end.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::desired::{
    Attachment, BuildFiles, BuildHash, ContainerSpec, DesiredStack, NetworkMode, NetworkSpec, VolumeSpec,
};
use core_monitor_domain::effect::{Effect, EffectOutcome, NewContainer, NewImage};
use core_monitor_domain::ids::{ContainerId, InstanceId, NetworkId, StackId, VersionNumber};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::labels;
use core_monitor_domain::observation::{Observation, ObservedContainer};
use core_monitor_domain::ports::{
    ContainerEngine, ContainerFiles, ContainerLogs, ContainerStatistics, ContainerTerminals, EngineError,
    EngineInventory, EngineWitness, Progress, ProgressSink,
};
use core_monitor_domain::time::Timestamp;
use core_monitor_simulation::engine::{API_1_41, Behaviour, SimContainerEngine, SimImage};
use futures::FutureExt;
use futures::future::BoxFuture;
use uuid::Uuid;

use crate::docker;
use crate::outside::Outside;

/// Long enough for a busy machine, short enough to end a hanging test.
pub(crate) const DEADLINE: Duration = Duration::from_mins(1);

/// Maximum number of polls, and the pause between them.
const LOOKS: usize = 400;
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) const BUSYBOX: &str = "test/busybox:1";
/// The same with `VOLUME /data`.
pub(crate) const WITH_VOLUME: &str = "test/volume:1";

/// All engine ports that the suite tests.
pub(crate) trait Engine:
    ContainerEngine
    + ContainerFiles
    + ContainerLogs
    + ContainerTerminals
    + ContainerStatistics
    + EngineInventory
    + EngineWitness
{
}

impl<T> Engine for T where
    T: ContainerEngine
        + ContainerLogs
        + ContainerFiles
        + ContainerTerminals
        + ContainerStatistics
        + EngineInventory
        + EngineWitness
{
}

pub(crate) struct Bench {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) instance: InstanceId,
    /// The same engine, unreachable.
    pub(crate) down: Arc<dyn Engine>,
    prefix: String,
    is_real: bool,
}

struct Unheard;

impl ProgressSink for Unheard {
    fn report(&self, _: Progress) {}
}

impl Bench {
    pub(crate) fn simulation() -> Self {
        let engine = Arc::new(SimContainerEngine::new(API_1_41, 1));
        engine.add_image(SimImage::new(BUSYBOX));
        engine.add_image(SimImage::new(WITH_VOLUME).volume("/data"));
        for (command, behaviour) in scripts() {
            engine.script(command, behaviour);
        }
        engine.miss_path("/no/such/path");
        engine.put_from(&docker::artifacts());
        let down = Arc::new(SimContainerEngine::new(API_1_41, 1));
        down.set_unplugged(true);
        let instance = InstanceId(Uuid::from_u128(1));
        Self { engine: engine.clone(), outside: engine, instance, down, prefix: "cm".into(), is_real: false }
    }

    pub(crate) async fn docker(test: &str) -> Self {
        let (engine, outside) = docker::connect().await;
        let (id, prefix) = docker::unique(test);
        let down = docker::nowhere();
        Self { engine, outside, instance: InstanceId(id), down, prefix, is_real: true }
    }

    /// Runs a test and cleans up afterwards, whatever its result.
    pub(crate) async fn run<'a>(&'a self, test: impl FnOnce(&'a Self) -> BoxFuture<'a, ()>) {
        let result = AssertUnwindSafe(test(self)).catch_unwind().await;
        if self.is_real {
            docker::clean_up(&self.prefix).await;
        }
        if let Err(panic) = result {
            std::panic::resume_unwind(panic);
        }
    }

    /// A name that no other test uses.
    pub(crate) fn name(&self, part: &str) -> String {
        format!("{}-{part}", self.prefix)
    }

    pub(crate) fn labels(&self) -> BTreeMap<String, String> {
        let stack = StackId(Uuid::from_u128(7));
        [
            (labels::INSTANCE, self.instance.to_string()),
            (labels::STACK, stack.to_string()),
            (labels::SERVICE, "web".to_owned()),
            (labels::SLOT, "1".to_owned()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }

    pub(crate) fn image_labels(&self, hash: &BuildHash) -> BTreeMap<String, String> {
        [(labels::BUILD, hash.to_string()), (docker::PREFIX_LABEL, self.prefix.clone())]
            .map(|(key, value)| (key.to_owned(), value))
            .into()
    }

    /// An image with this Dockerfile and no files.
    pub(crate) fn image(&self, part: &str, dockerfile: &str) -> NewImage {
        let stack_id = StackId(Uuid::from_u128(7));
        let build = serde_json::json!({ "context": format!("/{stack_id}"), "dockerfile_inline": dockerfile });
        let model = serde_json::json!({ "name": "shop", "services": { "app": { "build": build } } });
        let files = BuildFiles::new(&stack_id.to_string(), Vec::new());
        let desired = DesiredStack::with_files(&serde_json::from_value(model).unwrap(), &files).unwrap();
        let spec = desired.services[0].build.clone().unwrap();
        let labels = self.image_labels(&spec.hash);
        NewImage { image: ImageRef(self.name(part)), spec, labels, stack_id, version: VersionNumber(1) }
    }

    pub(crate) fn container(&self, part: &str, spec: ContainerSpec) -> NewContainer {
        let image = if spec.image.as_str().is_empty() { ImageRef::from(BUSYBOX) } else { spec.image.clone() };
        NewContainer {
            name: self.name(part),
            image,
            spec,
            labels: self.labels(),
            attachments: Vec::new(),
            inherited: Vec::new(),
            parents: BTreeMap::new(),
        }
    }

    /// A container on these networks, by id and part of the name.
    pub(crate) fn attached(&self, part: &str, networks: &[(&NetworkId, &str)]) -> NewContainer {
        let attachments: Vec<_> =
            networks.iter().map(|(id, network)| ((*id).clone(), self.attachment(network))).collect();
        let mode =
            NetworkMode::Networks { attachments: attachments.iter().map(|(_, a)| a.clone()).collect() };
        let mut new = self.container(part, ContainerSpec { network_mode: mode, ..idle() });
        new.attachments = attachments;
        new
    }

    pub(crate) fn attachment(&self, network: &str) -> Attachment {
        Attachment { network: self.name(network), aliases: vec!["web".into()], ..Attachment::default() }
    }

    pub(crate) async fn perform(&self, effect: Effect) -> Result<EffectOutcome, EngineError> {
        self.engine.perform(&effect, DEADLINE, Arc::new(Unheard)).await
    }

    /// The result of an effect, in a word or two.
    pub(crate) async fn act(&self, effect: Effect) -> String {
        summary(&self.perform(effect).await)
    }

    pub(crate) async fn make(&self, new: NewContainer) -> ContainerId {
        match self.perform(Effect::CreateContainer(Box::new(new))).await {
            Ok(EffectOutcome::Container { id, .. }) => id,
            other => panic!("no container was made: {other:?}"),
        }
    }

    pub(crate) async fn make_network(&self, part: &str) -> NetworkId {
        let network = NetworkSpec { name: self.name(part), ..NetworkSpec::default() };
        match self.perform(Effect::CreateNetwork { network, labels: self.labels() }).await {
            Ok(EffectOutcome::Network { id }) => id,
            other => panic!("no network was made: {other:?}"),
        }
    }

    pub(crate) async fn make_volume(&self, part: &str) -> String {
        let name = self.name(part);
        let volume = VolumeSpec { name: name.clone(), ..VolumeSpec::default() };
        assert_eq!(self.act(Effect::CreateVolume { volume, labels: self.labels() }).await, "done");
        name
    }

    pub(crate) async fn start(&self, id: &ContainerId) -> String {
        self.act(Effect::StartContainer { container: id.clone() }).await
    }

    pub(crate) async fn stop(&self, id: &ContainerId) -> String {
        self.act(Effect::StopContainer { container: id.clone(), grace_ms: Some(5_000) }).await
    }

    pub(crate) async fn restart(&self, id: &ContainerId) -> String {
        self.act(Effect::RestartContainer { container: id.clone(), grace_ms: Some(5_000) }).await
    }

    pub(crate) async fn remove(&self, id: &ContainerId, anonymous_volumes: bool) -> String {
        self.act(Effect::RemoveContainer { container: id.clone(), anonymous_volumes }).await
    }

    pub(crate) async fn connect(&self, id: &ContainerId, network: &NetworkId, part: &str) -> String {
        self.connect_as(id, network, self.attachment(part)).await
    }

    pub(crate) async fn connect_as(
        &self,
        id: &ContainerId,
        network: &NetworkId,
        attachment: Attachment,
    ) -> String {
        let effect = Effect::ConnectNetwork { container: id.clone(), network: network.clone(), attachment };
        self.act(effect).await
    }

    pub(crate) async fn disconnect(&self, id: &ContainerId, network: &str) -> String {
        let effect = Effect::DisconnectNetwork { container: id.clone(), network: network.to_owned() };
        self.act(effect).await
    }

    pub(crate) async fn look(&self) -> Observation {
        let now = Timestamp::from_millis(1_769_421_600_000).unwrap();
        self.engine.observe(self.instance, &[].into(), now).await.unwrap()
    }

    /// A container as observed; checks that an inspect shows the same.
    pub(crate) async fn see(&self, id: &ContainerId) -> ObservedContainer {
        let look = self.look().await;
        look.container(id).unwrap_or_else(|| panic!("container {id} is not seen in {look:#?}")).clone()
    }

    /// Polls until `done` returns true. Each poll advances the simulated time by a tick.
    pub(crate) async fn wait(
        &self,
        id: &ContainerId,
        what: &str,
        done: impl Fn(&ObservedContainer) -> bool + Send,
    ) -> ObservedContainer {
        let mut seen = self.see(id).await;
        for _ in 0..LOOKS {
            if done(&seen) {
                return seen;
            }
            if self.is_real {
                tokio::time::sleep(PAUSE).await;
            }
            seen = self.see(id).await;
        }
        panic!("timed out waiting for {what}: {seen:#?}");
    }
}

/// A container that runs until it is stopped.
pub(crate) fn idle() -> ContainerSpec {
    command(&["idle"])
}

pub(crate) fn command(words: &[&str]) -> ContainerSpec {
    let command = words.iter().map(|word| (*word).to_owned()).collect();
    ContainerSpec { command: Some(command), network_mode: NetworkMode::Bridge, ..ContainerSpec::default() }
}

/// The behaviour of the suite's commands in the simulation. In the real engine they really run.
fn scripts() -> Vec<(&'static str, Behaviour)> {
    vec![
        ("idle", Behaviour::default()),
        ("no-such-command", Behaviour::missing()),
        ("sh -c exit 0", Behaviour::exits(1, 0)),
        ("sh -c exit 3", Behaviour::exits(1, 3)),
        (
            "sh -c echo one; echo two >&2; exec idle",
            Behaviour::default().saying(&["one"]).complaining(&["two"]),
        ),
        ("idle 1001", Behaviour::unhealthy(1)),
        ("test -s /run/secrets/deep/key", Behaviour::reading("/run/secrets/deep/key")),
    ]
}

pub(crate) fn summary(result: &Result<EffectOutcome, EngineError>) -> String {
    match result {
        Ok(EffectOutcome::Done) => "done".into(),
        Ok(EffectOutcome::Container { .. }) => "container".into(),
        Ok(EffectOutcome::Network { .. }) => "network".into(),
        Ok(EffectOutcome::Image { .. }) => "image".into(),
        Err(EngineError::Unavailable { .. }) => "unavailable".into(),
        Err(EngineError::Timeout { .. }) => "timeout".into(),
        Err(EngineError::NotFound { .. }) => "not found".into(),
        Err(EngineError::Conflict { .. }) => "conflict".into(),
        Err(EngineError::NameTaken { holder, .. }) => match holder {
            Some(holder) => format!("name taken by {holder}"),
            None => "name taken".into(),
        },
        Err(EngineError::PortTaken { .. }) => "port taken".into(),
        Err(EngineError::ImageUnavailable { .. }) => "image unavailable".into(),
        Err(EngineError::RegistryDenied { .. }) => "registry denied".into(),
        Err(EngineError::BuildFailed { .. }) => "build failed".into(),
        Err(EngineError::StartRefused { .. }) => "start refused".into(),
        Err(EngineError::CommandFailed { code, .. }) => format!("ended with {code}"),
        Err(EngineError::Refused { status, .. }) => format!("refused {status}"),
        Err(EngineError::WrongPlatform { .. }) => "wrong platform".into(),
        Err(EngineError::Protected(_)) => "protected".into(),
        Err(EngineError::NotAllowed(_)) => "not allowed".into(),
        Err(EngineError::Unexplained { status, .. }) => format!("unexplained {status}"),
    }
}
