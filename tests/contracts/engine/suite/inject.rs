//! Files copied into a container, and commands executed in it.

use core_monitor_domain::artifact::{ArtifactDigest, ArtifactForm, Owner, SlotContent};
use core_monitor_domain::desired::{ContainerSpec, Hook, InjectedFile};
use core_monitor_domain::effect::Effect;
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::observation::{ContainerState, ObservedContainer};
use core_monitor_domain::time::Timestamp;

use crate::bench::{Bench, command, idle};
use crate::docker::{ARTIFACT, DAMAGED};

const KEY: &str = "/run/secrets/deep/key";

fn key(content: &str) -> InjectedFile {
    InjectedFile { path: KEY.to_owned(), content: content.to_owned(), uid: 0, gid: 0, mode: 0o444 }
}

fn hook(words: &[&str]) -> Hook {
    Hook {
        command: words.iter().map(|word| (*word).to_owned()).collect(),
        user: None,
        privileged: false,
        working_dir: None,
        environment: [("STAGE".to_owned(), Some("test".to_owned()))].into(),
    }
}

async fn copy(bench: &Bench, container: &ContainerId, content: &str) -> String {
    bench.act(Effect::CopyFiles { container: container.clone(), files: vec![key(content)] }).await
}

async fn run(bench: &Bench, container: &ContainerId, words: &[&str]) -> String {
    bench.act(Effect::RunHook { container: container.clone(), hook: hook(words) }).await
}

/// Exits with 0 if the file exists, otherwise with 1.
async fn reader(bench: &Bench, part: &str) -> ContainerId {
    bench.make(bench.container(part, command(&["test", "-s", KEY]))).await
}

async fn end(bench: &Bench, id: &ContainerId) -> ContainerState {
    assert_eq!(bench.start(id).await, "done");
    let ended = |seen: &ObservedContainer| matches!(seen.state, ContainerState::Exited { .. });
    bench.wait(id, "its end", ended).await.state
}

pub(crate) async fn a_file_is_there_at_the_start(bench: &Bench) {
    let without = reader(bench, "without").await;
    assert_eq!(end(bench, &without).await, ContainerState::Exited { code: 1 });
    let with = reader(bench, "with").await;
    assert_eq!(copy(bench, &with, "secret").await, "done");
    assert_eq!(end(bench, &with).await, ContainerState::Exited { code: 0 });
}

pub(crate) async fn a_file_is_written_over(bench: &Bench) {
    let id = reader(bench, "web").await;
    assert_eq!(copy(bench, &id, "one").await, "done");
    assert_eq!(copy(bench, &id, "two").await, "done");
    assert_eq!(end(bench, &id).await, ContainerState::Exited { code: 0 });
}

pub(crate) async fn a_read_only_container_rejects_files(bench: &Bench) {
    let spec = ContainerSpec { read_only: true, ..idle() };
    let id = bench.make(bench.container("web", spec)).await;
    let answer = copy(bench, &id, "secret").await;
    assert!(answer.starts_with("refused"), "{answer}");
}

pub(crate) async fn a_hook_runs_beside_the_process(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(run(bench, &id, &["sh", "-c", "test $STAGE = test"]).await, "done");
    assert_eq!(bench.see(&id).await.state, ContainerState::Running);
}

pub(crate) async fn a_failing_hook_reports_its_exit_code(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(run(bench, &id, &["sh", "-c", "exit 3"]).await, "ended with 3");
    assert_eq!(bench.see(&id).await.state, ContainerState::Running);
}

pub(crate) async fn a_hook_needs_a_running_container(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(run(bench, &id, &["true"]).await, "conflict");
    assert_eq!(bench.start(&id).await, "done");
    bench.outside.pause(&id).await;
    assert_eq!(run(bench, &id, &["true"]).await, "conflict");
}

/// Puts an artifact, or one that nobody has, where the reader looks for it.
async fn put(bench: &Bench, container: &ContainerId, digest: ArtifactDigest) -> String {
    let (path, form, owner) = (KEY.to_owned(), ArtifactForm::File, Owner::default());
    let content = SlotContent { digest, path, form, owner, mode: 0o444 };
    let (container, size, modified) = (container.clone(), ARTIFACT.len() as u64, Timestamp::beginning());
    bench.act(Effect::PutArtifact { container, content, size, modified }).await
}

pub(crate) async fn an_artifact_is_there_at_the_start(bench: &Bench) {
    let id = reader(bench, "web").await;
    assert_eq!(put(bench, &id, ArtifactDigest::of(ARTIFACT)).await, "done");
    assert_eq!(put(bench, &id, ArtifactDigest::of(ARTIFACT)).await, "done");
    assert_eq!(end(bench, &id).await, ContainerState::Exited { code: 0 });
    let missing = ContainerId("f".repeat(64));
    assert_eq!(put(bench, &missing, ArtifactDigest::of(ARTIFACT)).await, "not found");
}

/// It is refused by the worker, whatever the engine makes of a request that is broken off, and the next one is taken.
pub(crate) async fn an_artifact_that_cannot_be_read_is_refused(bench: &Bench) {
    let id = reader(bench, "web").await;
    assert_eq!(put(bench, &id, ArtifactDigest::of(b"never stored")).await, "refused 0");
    assert_eq!(put(bench, &id, ArtifactDigest::of(DAMAGED)).await, "refused 0");
    assert_eq!(put(bench, &id, ArtifactDigest::of(ARTIFACT)).await, "done");
    assert_eq!(end(bench, &id).await, ContainerState::Exited { code: 0 });
}

pub(crate) async fn a_signal_needs_a_running_container(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    let signal = |container: &ContainerId, name: &str| {
        let (container, signal) = (container.clone(), name.to_owned());
        bench.act(Effect::SignalContainer { container, signal })
    };
    assert_eq!(signal(&id, "WINCH").await, "conflict");
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(signal(&id, "WINCH").await, "done");
    assert_eq!(bench.see(&id).await.state, ContainerState::Running);
    assert_eq!(signal(&ContainerId("f".repeat(64)), "WINCH").await, "not found");
}

pub(crate) async fn a_missing_container_takes_neither(bench: &Bench) {
    let missing = ContainerId("f".repeat(64));
    assert_eq!(copy(bench, &missing, "secret").await, "not found");
    assert_eq!(run(bench, &missing, &["true"]).await, "not found");
}
