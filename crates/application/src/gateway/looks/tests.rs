use core_monitor_domain::labels;
use core_monitor_domain::observation::ObservedEndpoint;

use super::*;
use crate::worker::fixture;

fn container(name: &str, service: &str, state: ContainerState, address: &str) -> ObservedContainer {
    let mut container = fixture::container(name, state);
    container.labels.insert(labels::SERVICE.into(), service.into());
    let endpoint = ObservedEndpoint { ip_address: address.to_owned(), ..ObservedEndpoint::default() };
    container.networks.insert("shop_default".to_owned(), endpoint);
    container
}

fn web(seen: &BTreeMap<ServiceName, Seen>) -> Seen {
    seen[&"web".parse().unwrap()].clone()
}

#[test]
fn what_runs_has_an_address_and_what_is_paused_or_ended_has_none() {
    let containers = [
        container("shop-web-1", "web", ContainerState::Running, "10.0.0.2"),
        container("shop-web-2", "web", ContainerState::Paused, "10.0.0.3"),
        container("shop-web-3", "web", ContainerState::Exited { code: 3 }, ""),
    ];
    let seen = web(&services(&containers, None));
    assert_eq!(seen.up.values().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.2"]);
    assert_eq!((seen.exists, seen.exit), (true, Some(3)));
}

#[test]
fn what_somebody_stopped_has_not_failed() {
    let mut stopped = container("shop-web-1", "web", ContainerState::Exited { code: 137 }, "");
    stopped.ending = RunEnding::Stopped;
    let ended = |container: &ObservedContainer| {
        let seen = web(&services(std::slice::from_ref(container), None));
        (seen.exit, seen.stopped)
    };
    assert_eq!(ended(&stopped), (Some(137), true));
    stopped.ending = RunEnding::Unknown;
    assert_eq!(ended(&stopped), (Some(137), true), "SIGKILL");
    stopped.ending = RunEnding::ByItself;
    assert_eq!(ended(&stopped), (Some(137), false), "out of memory, for example");
}

#[test]
fn of_several_that_have_ended_the_one_that_ended_by_itself_counts() {
    let mut stopped = container("shop-web-1", "web", ContainerState::Exited { code: 0 }, "");
    stopped.ending = RunEnding::Stopped;
    let failed = container("shop-web-2", "web", ContainerState::Exited { code: 3 }, "");
    for all in [[stopped.clone(), failed.clone()], [failed, stopped]] {
        let seen = web(&services(&all, None));
        assert_eq!((seen.exit, seen.stopped), (Some(3), false));
    }
}

#[test]
fn a_container_that_shares_a_network_is_reached_where_that_is() {
    let vpn = container("shop-vpn-1", "vpn", ContainerState::Running, "10.0.0.9");
    let mut guest = container("shop-web-1", "web", ContainerState::Running, "");
    guest.network_mode = format!("container:{}", vpn.id);
    let mut host = container("shop-edge-1", "edge", ContainerState::Running, "");
    host.network_mode = "host".to_owned();
    let seen = services(&[vpn, guest, host], None);
    assert_eq!(web(&seen).up.values().next().unwrap().to_string(), "10.0.0.9");
    let edge = &seen[&"edge".parse().unwrap()];
    assert_eq!(edge.up.values().next().unwrap().to_string(), "127.0.0.1");
}

#[test]
fn one_replica_that_is_not_well_speaks_for_all() {
    let healthy = |number: u32, health| {
        let name = format!("shop-web-{number}");
        let container = container(&name, "web", ContainerState::Running, &format!("10.0.0.{number}"));
        ObservedContainer { health, ..container }
    };
    let of = |first, second| web(&services(&[healthy(2, first), healthy(3, second)], None)).healthy;
    let (good, bad, begun) = (Some(Health::Healthy), Some(Health::Unhealthy), Some(Health::Starting));
    assert_eq!(of(good, good), Some(true));
    assert_eq!((of(good, bad), of(bad, good)), (Some(false), Some(false)));
    assert_eq!((of(good, begun), of(begun, good), of(None, None)), (None, None, None));
}
