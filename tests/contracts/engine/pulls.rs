//! Pulls from a local registry served by `tests/setup/registry.sh`.

use std::process::Command;
use std::sync::{Arc, Mutex};

use core_monitor_domain::effect::{Effect, EffectOutcome};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::ports::{ContainerEngine, EngineError, Progress, ProgressSink};

use crate::bench::{Bench, DEADLINE, summary};
use crate::docker;

/// A registry, stopped on drop; the engine's copies of its images are removed.
struct Registry {
    port: u32,
}

impl Registry {
    fn start() -> Self {
        // One per process, so that parallel runs do not conflict.
        let registry = Self { port: 20_000 + std::process::id() % 10_000 };
        assert!(registry.script("start"), "the registry does not start");
        registry
    }

    fn script(&self, verb: &str) -> bool {
        #[expect(clippy::disallowed_methods, reason = "a fixed script of the tests, with a number")]
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/setup/registry.sh"));
        command.args([verb, &self.port.to_string()]).status().is_ok_and(|status| status.success())
    }

    fn image(&self, reference: &str) -> ImageRef {
        ImageRef(format!("127.0.0.1:{}/test/{reference}", self.port))
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.script("stop");
    }
}

#[derive(Default)]
struct Heard(Mutex<Vec<Progress>>);

impl ProgressSink for Heard {
    fn report(&self, progress: Progress) {
        self.0.lock().unwrap().push(progress);
    }
}

async fn pull(
    engine: &dyn ContainerEngine,
    image: ImageRef,
) -> (Result<EffectOutcome, EngineError>, Vec<Progress>) {
    let heard = Arc::new(Heard::default());
    let effect = Effect::PullImage { image, platform: None };
    let result = engine.perform(&effect, DEADLINE, heard.clone()).await;
    let progress = std::mem::take(&mut *heard.0.lock().unwrap());
    (result, progress)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_image_is_fetched_by_tag_and_by_digest() {
    let registry = Registry::start();
    let bench = Bench::docker("an_image_is_fetched_by_tag_and_by_digest").await;
    let engine = bench.engine.as_ref();
    let (result, progress) = pull(engine, registry.image("pull:1")).await;
    let Ok(EffectOutcome::Image { id }) = result else { panic!("not fetched: {result:?}") };
    assert!(progress.iter().any(|p| p.status == "Downloading" && p.total > Some(0) && !p.part.is_empty()));
    let look = bench.look().await;
    let image = look.host.image(&registry.image("pull:1")).unwrap().clone();
    assert_eq!(image.id, id);
    // The digest refers to the same image, with or without a tag.
    let digest = image.digests.first().unwrap();
    let (_, digest) = digest.split_once('@').unwrap();
    for reference in [format!("pull@{digest}"), format!("pull:1@{digest}")] {
        let (result, _) = pull(engine, registry.image(&reference)).await;
        assert!(
            matches!(&result, Ok(EffectOutcome::Image { id }) if *id == image.id),
            "{reference}: {result:?}"
        );
    }
    for missing in ["pull:no-such-tag", "no-such-name:1"] {
        let (result, _) = pull(engine, registry.image(missing)).await;
        assert_eq!(summary(&result), "image unavailable", "{missing}: {result:?}");
    }
    let docker = docker::past_the_adapter();
    docker
        .remove_image(id.as_str(), None::<bollard::query_parameters::RemoveImageOptions>, None)
        .await
        .unwrap();
}
