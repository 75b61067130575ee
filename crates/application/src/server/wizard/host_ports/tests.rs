//! Who has a port, and which one is free instead.

use core_monitor_compose::Limits;
use core_monitor_domain::observation::{Occupant, PublishedPort};
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;

use super::*;
use crate::server::Definition;

/// A host whose container `other` holds these ports, as `docker ps` shows them: `127.0.0.1:8080/tcp`.
fn host(ports: &[&str]) -> HostObservation {
    let port = |text: &&str| {
        let (address, protocol) = text.rsplit_once('/').unwrap();
        let (host_ip, port) = address.rsplit_once(':').unwrap();
        PublishedPort {
            host_ip: host_ip.to_owned(),
            host_port: port.parse().unwrap(),
            container_port: 80,
            protocol: protocol.to_owned(),
        }
    };
    let occupant = Occupant {
        id: "other".into(),
        name: "other".to_owned(),
        image: "app:1".to_owned(),
        owner: None,
        ours: false,
        component: false,
        up: true,
        started_at: None,
        shares_network_of: None,
        networks: Vec::new(),
        ports: ports.iter().map(port).collect(),
    };
    let engine = core_monitor_domain::observation::EngineFacts {
        id: "engine".to_owned(),
        version: "20.10.24".to_owned(),
        api: core_monitor_domain::observation::ApiVersion { major: 1, minor: 41 },
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    };
    HostObservation { occupants: vec![occupant], ..HostObservation::empty(Timestamp::beginning(), engine) }
}

/// Each port of services `a`, `b`… with who has it and what is free: `a 8080: the container... -> 8081`.
fn shown(services: &[&str], host: Option<&HostObservation>, server: &str) -> Vec<String> {
    let service = |(name, ports): (char, &&str)| format!("  {name}: {{image: image, ports: [{ports}]}}\n");
    let text = format!("services:\n{}", ('a'..).zip(services).map(service).collect::<String>());
    let source = Source::single("compose.yaml", text);
    let definition = Definition::read(&source, &"shop".parse().unwrap(), "/shop", Limits::default()).unwrap();
    let holders = Holders { host, server: server.parse().unwrap(), own: None };
    let line = |port: WizardPort| match (port.conflict, port.free) {
        (None, None) => format!("{} {}", port.service, port.port),
        (Some(conflict), Some(free)) => format!("{} {}: {conflict} -> {free}", port.service, port.port),
        other => format!("{} {}: {other:?}", port.service, port.port),
    };
    host_ports(&definition.model, &holders).into_iter().map(line).collect()
}

const ELSEWHERE: &str = "0.0.0.0:9000";

#[test]
fn a_container_of_the_host_has_it() {
    let host = host(&["0.0.0.0:8080/tcp", "0.0.0.0:8081/tcp", "0.0.0.0:8082/udp"]);
    assert_eq!(
        shown(&["'8080:80'", "'8081:80/udp'"], Some(&host), ELSEWHERE),
        ["a 8080: the container `other` (app:1) has it -> 8082", "b 8081"]
    );
    assert_eq!(shown(&["'8080:80'"], None, ELSEWHERE), ["a 8080"]);
}

#[test]
fn no_free_port_is_proposed_twice() {
    let host = host(&["0.0.0.0:8080/tcp"]);
    assert_eq!(
        shown(&["'8080:80'", "'8080:80'", "'8081:80'"], Some(&host), ELSEWHERE),
        [
            "a 8080: the container `other` (app:1) has it -> 8082",
            "b 8080: the service `a` publishes it too -> 8083",
            "c 8081",
        ]
    );
}

#[test]
fn this_program_has_the_port_that_it_listens_on_at_a_loopback_address() {
    let server = "127.0.0.1:8080";
    let taken = ["a 8080: Core Monitor itself listens on it -> 8081"];
    assert_eq!(shown(&["'8080:80'"], None, server), taken);
    assert_eq!(shown(&["'127.0.0.1:8080:80'"], None, server), taken);
    assert_eq!(shown(&["'10.1.2.3:8080:80'", "'8080:80/udp'"], None, server), ["a 8080", "b 8080"]);
    // In a container it listens on a port that is not the host's.
    assert_eq!(shown(&["'8080:80'"], None, "0.0.0.0:8080"), ["a 8080"]);
}

#[test]
fn above_the_last_port_there_is_none() {
    let host = host(&["0.0.0.0:65535/tcp"]);
    let found = shown(&["'65535:80'"], Some(&host), ELSEWHERE);
    assert!(found[0].ends_with("None)"), "{found:?}");
}
