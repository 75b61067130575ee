//! Starting and stopping.

use core_monitor_domain::desired::{
    ContainerSpec, Healthcheck, HealthcheckTest, Mount, MountKind, NetworkMode, Port, Protocol, RestartPolicy,
};
use core_monitor_domain::effect::{Effect, NewContainer};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::observation::{ContainerState, Health, ObservedContainer, RunEnding};

use crate::bench::{Bench, command, idle};

async fn running(bench: &Bench, part: &str, spec: ContainerSpec) -> ContainerId {
    let id = bench.make(bench.container(part, spec)).await;
    assert_eq!(bench.start(&id).await, "done");
    id
}

pub(crate) async fn starting_twice_is_starting_once(bench: &Bench) {
    let id = running(bench, "web", idle()).await;
    let first = bench.see(&id).await;
    assert_eq!(first.state, ContainerState::Running);
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.see(&id).await.started_at, first.started_at);
}

pub(crate) async fn stopping_twice_is_stopping_once(bench: &Bench) {
    let id = bench.make(bench.container("web", idle())).await;
    assert_eq!(bench.stop(&id).await, "done");
    assert_eq!(bench.see(&id).await.state, ContainerState::Created);
    assert_eq!(bench.start(&id).await, "done");
    assert_eq!(bench.stop(&id).await, "done");
    let ended = bench.see(&id).await;
    // The process exits by itself when it is asked to.
    assert_eq!(ended.state, ContainerState::Exited { code: 0 });
    assert!(ended.finished_at >= ended.started_at);
    assert_eq!(bench.stop(&id).await, "done");
    assert_eq!(bench.see(&id).await.finished_at, ended.finished_at);
}

/// The exit code is 0 in each case.
pub(crate) async fn a_run_that_ended_by_itself_differs_from_one_that_was_stopped(bench: &Bench) {
    let stopped = running(bench, "stopped", idle()).await;
    assert_eq!(bench.see(&stopped).await.ending, RunEnding::Unknown);
    assert_eq!(bench.stop(&stopped).await, "done");
    let finished = running(bench, "finished", command(&["sh", "-c", "exit 0"])).await;
    let ended = |c: &ObservedContainer| matches!(c.state, ContainerState::Exited { code: 0 });
    assert_eq!(bench.wait(&finished, "its end", ended).await.ending, RunEnding::ByItself);
    assert_eq!(bench.wait(&stopped, "its end", ended).await.ending, RunEnding::Stopped);
    let endings = |seen: Vec<ObservedContainer>| {
        [&stopped, &finished].map(|id| seen.iter().find(|c| c.id == *id).map(|container| container.ending))
    };
    let both = [Some(RunEnding::Stopped), Some(RunEnding::ByItself)];
    assert_eq!(endings(bench.look().await.containers), both);
    // The next run counts on its own.
    assert_eq!(bench.start(&stopped).await, "done");
    assert_eq!(bench.see(&stopped).await.ending, RunEnding::Unknown);
}

pub(crate) async fn a_missing_container_is_not_found(bench: &Bench) {
    let missing = ContainerId("f".repeat(64));
    assert_eq!(bench.start(&missing).await, "not found");
    assert_eq!(bench.stop(&missing).await, "not found");
    assert_eq!(bench.restart(&missing).await, "not found");
    assert_eq!(bench.act(Effect::PauseContainer { container: missing.clone() }).await, "not found");
    assert_eq!(bench.act(Effect::UnpauseContainer { container: missing.clone() }).await, "not found");
    assert!(bench.engine.inspect(&missing).await.unwrap().is_none());
    assert!(bench.engine.tail_logs(&missing, 10).await.is_err());
}

pub(crate) async fn a_paused_container_is_not_started(bench: &Bench) {
    let id = running(bench, "web", idle()).await;
    let pause = || bench.act(Effect::PauseContainer { container: id.clone() });
    assert_eq!(pause().await, "done");
    assert_eq!(bench.see(&id).await.state, ContainerState::Paused);
    assert_eq!(pause().await, "conflict");
    assert_eq!(bench.start(&id).await, "conflict");
    let unpause = || bench.act(Effect::UnpauseContainer { container: id.clone() });
    assert_eq!(unpause().await, "done");
    assert_eq!(unpause().await, "conflict");
    assert_eq!(pause().await, "done");
    assert_eq!(bench.stop(&id).await, "done");
    assert!(matches!(bench.see(&id).await.state, ContainerState::Exited { .. }));
    assert_eq!(pause().await, "conflict");
}

pub(crate) async fn a_missing_command_refuses_the_start(bench: &Bench) {
    let id = bench.make(bench.container("web", command(&["no-such-command"]))).await;
    assert_eq!(bench.start(&id).await, "start refused");
    let seen = bench.see(&id).await;
    assert_eq!(seen.state, ContainerState::Created);
    assert!(seen.error.contains("executable file not found"), "{seen:#?}");
    assert_eq!(seen.started_at, None);
}

fn published(port: &str) -> ContainerSpec {
    let port = Port {
        target: 80,
        protocol: Protocol::Tcp,
        host_ip: Some("127.0.0.1".into()),
        published: Some(port.into()),
    };
    ContainerSpec { ports: vec![port], ..idle() }
}

pub(crate) async fn a_taken_port_refuses_the_start_until_it_is_free(bench: &Bench) {
    let first = running(bench, "first", published("39171")).await;
    let ports = bench.see(&first).await.ports;
    assert_eq!(ports.iter().map(|port| port.host_port).collect::<Vec<_>>(), [39_171]);
    let second = bench.make(bench.container("second", published("39171"))).await;
    assert_eq!(bench.start(&second).await, "port taken");
    let seen = bench.see(&second).await;
    assert_eq!(seen.state, ContainerState::Created);
    assert!(!seen.error.is_empty());
    assert_eq!(bench.stop(&first).await, "done");
    assert_eq!(bench.start(&second).await, "done");
    assert_eq!(bench.see(&second).await.error, "");
}

pub(crate) async fn a_port_of_a_range_is_picked(bench: &Bench) {
    let (first, second) = (
        running(bench, "first", published("39181-39182")).await,
        running(bench, "second", published("39181-39182")).await,
    );
    let mut ports = [bench.see(&first).await.ports[0].host_port, bench.see(&second).await.ports[0].host_port];
    ports.sort_unstable();
    assert_eq!(ports, [39_181, 39_182]);
    let third = bench.make(bench.container("third", published("39181-39182"))).await;
    assert_eq!(bench.start(&third).await, "port taken");
}

pub(crate) async fn an_unmountable_volume_refuses_the_start(bench: &Bench) {
    let name = bench.name("broken");
    bench.outside.create_unmountable_volume(&name).await;
    let kind = MountKind::Volume { name: Some(name), nocopy: false, subpath: None, labels: [].into() };
    // At a path without content in the image: existing content would be copied into the volume, and the create call
    // would fail.
    let mount = Mount { target: "/broken".into(), read_only: false, kind, consistency: None };
    let id = bench.make(bench.container("web", ContainerSpec { mounts: vec![mount], ..idle() })).await;
    assert_eq!(bench.start(&id).await, "start refused");
    assert_eq!(bench.see(&id).await.state, ContainerState::Created);
}

pub(crate) async fn the_exit_code_is_kept(bench: &Bench) {
    let id = running(bench, "job", command(&["sh", "-c", "exit 3"])).await;
    let ended = bench.wait(&id, "the end", |c| !c.state.is_up()).await;
    assert_eq!(ended.state, ContainerState::Exited { code: 3 });
    assert_eq!(ended.error, "");
    assert!(ended.started_at.is_some() && ended.finished_at.is_some());
}

pub(crate) async fn a_kill_shows_its_signal(bench: &Bench) {
    let id = running(bench, "web", ContainerSpec { restart: RestartPolicy::Always, ..idle() }).await;
    bench.outside.kill(&id).await;
    let ended = bench.wait(&id, "the end", |c| !c.state.is_up()).await;
    assert_eq!(ended.state, ContainerState::Exited { code: 137 });
}

pub(crate) async fn a_restart_is_a_new_run(bench: &Bench) {
    let id = running(bench, "web", idle()).await;
    let first = bench.see(&id).await;
    assert_eq!(bench.restart(&id).await, "done");
    let second = bench.see(&id).await;
    assert!(second.started_at > first.started_at);
    assert_eq!((second.state, second.restart_count), (ContainerState::Running, 0));
    assert_ne!(first.run(), second.run());
    // A stopped or paused one is running afterwards, too.
    assert_eq!(bench.stop(&id).await, "done");
    assert_eq!(bench.restart(&id).await, "done");
    bench.outside.pause(&id).await;
    assert_eq!(bench.restart(&id).await, "done");
    assert_eq!(bench.see(&id).await.state, ContainerState::Running);
}

pub(crate) async fn a_restart_policy_counts(bench: &Bench) {
    let restart = RestartPolicy::OnFailure { max: 2 };
    let spec = ContainerSpec { restart, ..command(&["sh", "-c", "exit 3"]) };
    let id = running(bench, "job", spec).await;
    let ended = bench.wait(&id, "the last end", |c| !c.state.is_up() && c.restart_count == 2).await;
    assert_eq!(ended.state, ContainerState::Exited { code: 3 });
}

fn checked(words: &[&str], test: &str) -> ContainerSpec {
    let check = Healthcheck {
        test: HealthcheckTest::Exec(vec![test.into()]),
        interval_ms: Some(100),
        timeout_ms: None,
        start_period_ms: None,
        start_interval_ms: None,
        retries: Some(1),
    };
    ContainerSpec { healthcheck: Some(check), ..command(words) }
}

pub(crate) async fn health_is_reported_until_the_end(bench: &Bench) {
    let well = bench.make(bench.container("well", checked(&["idle"], "true"))).await;
    assert_eq!(bench.see(&well).await.health, None);
    assert_eq!(bench.start(&well).await, "done");
    bench.wait(&well, "health", |c| c.health == Some(Health::Healthy)).await;
    assert_eq!(bench.stop(&well).await, "done");
    // The result is no longer known.
    assert_eq!(bench.see(&well).await.health, Some(Health::Unhealthy));
    let ill = running(bench, "ill", checked(&["idle", "1001"], "false")).await;
    let seen = bench.wait(&ill, "illness", |c| c.health == Some(Health::Unhealthy)).await;
    assert_eq!(seen.state, ContainerState::Running);
    let unchecked = running(bench, "unchecked", idle()).await;
    assert_eq!(bench.see(&unchecked).await.health, None);
}

fn child(bench: &Bench, parent: &ContainerId) -> NewContainer {
    let service = "db".parse().unwrap();
    let network_mode = NetworkMode::Service { service };
    let mut new = bench.container("child", ContainerSpec { network_mode, ..idle() });
    new.parents = [("db".parse().unwrap(), parent.clone())].into();
    new
}

pub(crate) async fn a_stopped_parent_is_waited_for(bench: &Bench) {
    let parent = bench.make(bench.container("parent", idle())).await;
    let child = bench.make(child(bench, &parent)).await;
    assert_eq!(bench.start(&child).await, "conflict");
    assert_eq!(bench.start(&parent).await, "done");
    assert_eq!(bench.start(&child).await, "done");
    let seen = bench.see(&child).await;
    assert_eq!(seen.network_mode, format!("container:{parent}"));
    assert!(seen.networks.is_empty());
}

pub(crate) async fn a_lost_parent_is_not_found(bench: &Bench) {
    let parent = running(bench, "parent", idle()).await;
    let child = bench.make(child(bench, &parent)).await;
    assert_eq!(bench.start(&child).await, "done");
    bench.outside.remove(&parent).await;
    assert_eq!(bench.restart(&child).await, "not found");
    let seen = bench.see(&child).await;
    assert_eq!(seen.state, ContainerState::Exited { code: 128 });
    assert!(seen.error.contains("No such container"), "{seen:#?}");
    assert_eq!(bench.start(&child).await, "not found");
}
