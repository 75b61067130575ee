use std::collections::BTreeMap;

use core_monitor_domain::ids::ImageId;
use core_monitor_domain::labels;
use core_monitor_domain::observation::RunEnding;
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;

use super::*;
use crate::server::Definition;

/// `service state [health] [error]`, e.g. `web running healthy`. The state of an exited container is its exit code if it
/// ended by itself; `stopped` and `forgotten` have exited with 0 too, but not by themselves, or nobody knows.
fn container(line: &str) -> ObservedContainer {
    let words: Vec<&str> = line.split(' ').collect();
    let state = match words[1] {
        "running" => ContainerState::Running,
        "created" => ContainerState::Created,
        "restarting" => ContainerState::Restarting,
        "stopped" | "forgotten" => ContainerState::Exited { code: 0 },
        code => ContainerState::Exited { code: code.parse().unwrap() },
    };
    let health = words.get(2).map(|word| match *word {
        "healthy" => Health::Healthy,
        "unhealthy" => Health::Unhealthy,
        _ => Health::Starting,
    });
    ObservedContainer {
        id: ContainerId(line.to_owned()),
        name: format!("shop-{}-1", words[0]),
        labels: BTreeMap::from([(labels::SERVICE.to_owned(), words[0].to_owned())]),
        image: "image".to_owned(),
        image_id: ImageId::from("sha256:1"),
        state,
        health,
        created_at: None,
        started_at: Timestamp::from_millis(1),
        finished_at: None,
        ending: match words[1] {
            "stopped" => RunEnding::Stopped,
            "forgotten" => RunEnding::Unknown,
            _ => RunEnding::ByItself,
        },
        restart_count: 0,
        error: String::new(),
        networks: BTreeMap::new(),
        network_mode: String::new(),
        pid_mode: String::new(),
        ipc_mode: String::new(),
        mounts: Vec::new(),
        ports: Vec::new(),
        placements: Vec::new(),
    }
}

fn desired(services: &[(&str, u32)]) -> DesiredStack {
    let service = |(name, replicas): &(&str, u32)| format!("  {name}: {{image: image, scale: {replicas}}}\n");
    let text = format!("services:\n{}", services.iter().map(service).collect::<String>());
    let source = Source::single("compose.yaml", text);
    let definition =
        Definition::read(&source, &"shop".parse().unwrap(), "/shop", core_monitor_compose::Limits::default())
            .unwrap();
    DesiredStack::from_project(&definition.model).unwrap()
}

fn check(
    services: &[(&str, u32)],
    containers: &[&str],
    expected: &[&str],
    overall: super::super::StackState,
) {
    let containers: Vec<_> = containers.iter().map(|line| container(line)).collect();
    let rows = rows(&desired(services), &containers, &[]);
    let texts: Vec<_> = rows
        .iter()
        .map(|row| {
            format!("{} {:?} {} {}/{}", row.name, row.state, row.text, row.containers.len(), row.desired)
        })
        .collect();
    assert_eq!(texts, expected);
    assert_eq!(super::super::overall(&rows), overall);
}

#[test]
fn a_completed_job_is_not_down() {
    use super::super::StackState::{Completed, Running};
    check(
        &[("etl", 1), ("api", 1)],
        &["etl 0", "api running healthy"],
        &["etl Completed Exited (0) 1/1", "api Running Up (healthy) 1/1"],
        Running,
    );
    check(&[("etl", 1)], &["etl 0"], &["etl Completed Exited (0) 1/1"], Completed);
}

#[test]
fn a_stopped_service_has_not_completed() {
    use super::super::StackState::{Partial, Stopped};
    for ending in ["stopped", "forgotten"] {
        let container = format!("web {ending}");
        check(&[("web", 1)], &[&container], &["web Stopped Exited (0) 1/1"], Stopped);
        check(
            &[("web", 1), ("db", 1)],
            &[&container, "db running"],
            &["web Stopped Exited (0) 1/1", "db Running Up 1/1"],
            Partial,
        );
    }
}

#[test]
fn what_completed_is_a_job() {
    let rows =
        rows(&desired(&[("etl", 1), ("web", 1)]), &[container("etl 0"), container("web running")], &[]);
    let shown: Vec<_> = rows.iter().map(|row| (row.state, row.is_job)).collect();
    assert_eq!(shown, [(ServiceState::Completed, true), (ServiceState::Running, false)]);
}

#[test]
fn a_service_without_replicas_is_stopped_and_says_nothing_about_the_stack() {
    use super::super::StackState::{Running, Stopped};
    check(&[("off", 0)], &[], &["off Stopped - 0/0"], Stopped);
    check(&[("off", 0), ("web", 1)], &["web running"], &["off Stopped - 0/0", "web Running Up 1/1"], Running);
}

#[test]
fn the_worst_container_decides_the_state_of_its_service() {
    use super::super::StackState::Degraded;
    check(
        &[("web", 3)],
        &["web running healthy", "web running unhealthy", "web running starting"],
        &["web Unhealthy Up (unhealthy) 3/3"],
        Degraded,
    );
    check(&[("job", 1)], &["job 3"], &["job Failed Exited (3) 1/1"], Degraded);
    check(&[("web", 1)], &["web restarting"], &["web Failed Restarting 1/1"], Degraded);
}

#[test]
fn the_health_of_a_service_is_that_of_its_worst_container_that_is_up() {
    let health = |containers: &[&str]| {
        let containers: Vec<_> = containers.iter().map(|line| container(line)).collect();
        rows(&desired(&[("web", 3)]), &containers, &[])[0].health
    };
    let healthy = "web running healthy";
    assert_eq!(health(&[healthy, "web running"]), Some(Health::Healthy));
    assert_eq!(health(&["web running starting", healthy]), Some(Health::Starting));
    assert_eq!(health(&["web running unhealthy", "web running starting", healthy]), Some(Health::Unhealthy));
    // The engine keeps the last result of a container that has ended.
    assert_eq!(health(&[healthy, "web 137 unhealthy"]), Some(Health::Healthy));
    assert_eq!(health(&["web 137 unhealthy"]), None);
    assert_eq!(health(&["web running"]), None);
}

#[test]
fn missing_replicas_make_it_partial() {
    use super::super::StackState::{Partial, Stopped};
    check(&[("web", 2)], &["web running"], &["web Partial Up 1/2"], Partial);
    check(&[("web", 1), ("db", 1)], &["db running"], &["web Stopped - 0/1", "db Running Up 1/1"], Partial);
    check(&[("web", 1)], &["web created"], &["web Stopped Created 1/1"], Stopped);
    check(&[("web", 1)], &[], &["web Stopped - 0/1"], Stopped);
}

#[test]
fn a_service_that_left_the_file_is_still_shown() {
    use super::super::StackState::Running;
    check(
        &[("web", 1)],
        &["web running", "old running"],
        &["web Running Up 1/1", "old Running Up 1/0"],
        Running,
    );
}

#[test]
fn a_run_that_was_stopped_on_purpose_has_not_failed() {
    let killed = container("web 143");
    let stopped = [killed.run().unwrap()];
    let state =
        |stopped: &[RunId]| rows(&desired(&[("web", 1)]), std::slice::from_ref(&killed), stopped)[0].state;
    assert_eq!(state(&stopped), ServiceState::Stopped);
    assert_eq!(state(&[]), ServiceState::Failed);
}

#[test]
fn ports_are_written_once_for_both_address_families() {
    let port = |ip: &str, host, protocol: &str| PublishedPort {
        host_ip: ip.to_owned(),
        host_port: host,
        container_port: 80,
        protocol: protocol.to_owned(),
    };
    let mut web = container("web running");
    web.ports = vec![
        port("0.0.0.0", 8080, "tcp"),
        port("::", 8080, "tcp"),
        port("127.0.0.1", 53, "udp"),
        port("", 0, "tcp"),
    ];
    let rows = rows(&desired(&[("web", 1)]), &[web], &[]);
    assert_eq!(rows[0].ports, ["127.0.0.1:53->80/udp", "8080->80"]);
}
