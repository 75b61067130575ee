//! The newest observation.

use std::collections::BTreeMap;

use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::ids::{InstanceId, StackId};
use core_monitor_domain::labels;
use core_monitor_domain::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, Observation, ObservedContainer, RunEnding,
};
use core_monitor_domain::protection::Protected;
use core_monitor_domain::time::Timestamp;

use crate::fixture::{Fixture, at};

contract!(
    there_is_nothing_before_the_first_look,
    an_observation_round_trips,
    the_newest_look_replaces_all_before,
    several_stacks_are_read_in_the_order_asked,
);

/// A container of `stack`, identified by its name.
pub(crate) fn container(stack: StackId, name: &str) -> ObservedContainer {
    let instance = InstanceId(uuid::Uuid::from_u128(7));
    let ours = [(labels::INSTANCE, instance.to_string()), (labels::STACK, stack.to_string())];
    ObservedContainer {
        id: name.into(),
        name: name.to_owned(),
        labels: ours.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        image: "test/busybox:1".to_owned(),
        image_id: "sha256:0a".into(),
        state: ContainerState::Exited { code: 3 },
        health: None,
        created_at: Some(at(1)),
        started_at: Timestamp::parse("2026-01-26T10:00:00.123456789Z"),
        finished_at: None,
        ending: RunEnding::Unknown,
        restart_count: 0,
        error: String::new(),
        networks: BTreeMap::new(),
        network_mode: "demo_default".to_owned(),
        pid_mode: String::new(),
        ipc_mode: "private".to_owned(),
        mounts: Vec::new(),
        ports: Vec::new(),
        placements: Vec::new(),
    }
}

/// An observation at `second`.
pub(crate) fn look(second: i64, containers: Vec<ObservedContainer>) -> Observation {
    let engine = EngineFacts {
        id: "engine".to_owned(),
        version: "20.10.24".to_owned(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    };
    let host = HostObservation {
        taken_at: at(second),
        engine,
        stacks_dir: None,
        builds: BuildPolicy::default(),
        protected: Protected::default(),
        networks: Vec::new(),
        volumes: Vec::new(),
        images: Vec::new(),
        occupants: Vec::new(),
        spoofed: Vec::new(),
        edited_files: Vec::new(),
    };
    Observation { host, containers }
}

async fn there_is_nothing_before_the_first_look(f: &Fixture) {
    let stack = StackId(f.id());
    assert_eq!(f.observations.host().await.unwrap(), None);
    assert_eq!(f.observations.containers(stack).await.unwrap(), []);
    assert_eq!(f.observations.containers_of(&[]).await.unwrap(), []);
}

async fn an_observation_round_trips(f: &Fixture) {
    let stack = StackId(f.id());
    let seen = look(5, vec![container(stack, "b"), container(stack, "a")]);
    f.observations.save(&seen).await.unwrap();
    assert_eq!(f.observations.host().await.unwrap(), Some(seen.host));
    assert_eq!(f.observations.containers(stack).await.unwrap(), seen.containers);
}

async fn the_newest_look_replaces_all_before(f: &Fixture) {
    let (web, db) = (StackId(f.id()), StackId(f.id()));
    let first = look(5, vec![container(web, "web"), container(db, "db")]);
    f.observations.save(&first).await.unwrap();
    let mut second = look(6, vec![container(web, "web"), container(web, "web-2")]);
    f.observations.save(&second).await.unwrap();
    assert_eq!(f.observations.containers(web).await.unwrap(), second.containers);
    assert_eq!(f.observations.containers(db).await.unwrap(), [], "nothing is left of it");
    assert_eq!(f.observations.host().await.unwrap().unwrap().taken_at, at(6));
    // An equal observation is still stored: only its time changes.
    second.host.taken_at = at(7);
    f.observations.save(&second).await.unwrap();
    assert_eq!(f.observations.host().await.unwrap(), Some(second.host));
}

async fn several_stacks_are_read_in_the_order_asked(f: &Fixture) {
    let (web, db, gone) = (StackId(f.id()), StackId(f.id()), StackId(f.id()));
    let mut foreign = container(web, "foreign");
    foreign.labels.clear();
    f.observations.save(&look(5, vec![container(web, "web"), foreign, container(db, "db")])).await.unwrap();
    let found = f.observations.containers_of(&[gone, db, web]).await.unwrap();
    let names: Vec<_> = found
        .iter()
        .map(|(stack, containers)| {
            let names: Vec<_> = containers.iter().map(|container| container.name.as_str()).collect();
            (*stack, names.join(" "))
        })
        .collect();
    assert_eq!(names, [(gone, String::new()), (db, "db".to_owned()), (web, "web".to_owned())]);
}
