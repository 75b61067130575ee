use core_monitor_message::Message;
use uuid::Uuid;

use super::*;
use crate::actor::Actor;
use crate::command::{ApplyOptions, CommandPayload};
use crate::ids::{ImageId, NetworkId, VersionNumber};
use crate::journal::{ErrorClass, Intent, Sighting};
use crate::observation::{
    ApiVersion, ContainerState, EngineFacts, HostObservation, ObservedMount, ObservedNetwork, ObservedVolume,
    Occupant, RunEnding, VolumeOrigin,
};
use crate::time::Timestamp;

const INSTANCE: InstanceId = InstanceId(Uuid::from_u128(1));
const STACK: StackId = StackId(Uuid::from_u128(2));
const COMMAND: CommandId = CommandId(Uuid::from_u128(3));

fn mark(effect: u64) -> CreationMark {
    CreationMark { command: COMMAND, retry: 0, effect: EffectNumber(effect) }
}

/// The labels of what the effect creates.
fn labelled(effect: u64) -> BTreeMap<String, String> {
    [
        (labels::INSTANCE, INSTANCE.to_string()),
        (labels::STACK, STACK.to_string()),
        (labels::COMMAND, COMMAND.to_string()),
        (labels::CREATION, mark(effect).text()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

fn creation(kind: ObjectKind, name: &str, effect: u64, object: Option<&str>) -> Creation {
    Creation {
        kind,
        stack_id: STACK,
        name: name.to_owned(),
        command: Some(COMMAND),
        mark: Some(mark(effect)),
        object: object.map(str::to_owned),
        container: None,
    }
}

fn container(id: &str, name: &str, effect: u64) -> ObservedContainer {
    ObservedContainer {
        id: ContainerId::from(id),
        name: name.to_owned(),
        labels: labelled(effect),
        image: "app:1".to_owned(),
        image_id: ImageId::from("sha256:0"),
        state: ContainerState::Running,
        ending: RunEnding::default(),
        health: None,
        created_at: None,
        started_at: None,
        finished_at: None,
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

fn observation(containers: Vec<ObservedContainer>) -> Observation {
    let api = ApiVersion { major: 1, minor: 41 };
    let text = String::new;
    let engine = EngineFacts { id: text(), version: text(), api, os: text(), arch: text() };
    let mut host = HostObservation::empty(Timestamp::from_millis(0).unwrap(), engine);
    host.occupants = containers
        .iter()
        .map(|container| Occupant {
            id: container.id.clone(),
            name: container.name.clone(),
            image: container.image.clone(),
            owner: Some(STACK),
            ours: true,
            component: false,
            up: true,
            started_at: None,
            shares_network_of: None,
            networks: Vec::new(),
            ports: Vec::new(),
        })
        .collect();
    Observation { host, containers }
}

fn network(id: &str) -> ObservedNetwork {
    ObservedNetwork {
        id: NetworkId::from(id),
        name: "shop_default".to_owned(),
        driver: "bridge".to_owned(),
        labels: labelled(1),
        created_at: None,
        subnets: Vec::new(),
    }
}

fn volume(name: &str, effect: u64) -> ObservedVolume {
    ObservedVolume {
        name: name.to_owned(),
        driver: "local".to_owned(),
        options: BTreeMap::new(),
        labels: labelled(effect),
        anonymous_of: None,
    }
}

fn ids(observed: &Observation) -> Vec<&str> {
    observed.containers.iter().map(|container| container.id.as_str()).collect()
}

#[test]
fn a_copy_of_a_container_is_foreign_whatever_its_labels_say() {
    let records = [creation(ObjectKind::Container, "shop-web-1", 1, Some("c0"))];
    // Committed and run again: it has all labels, the mark included.
    let copies = [container("c1", "shop-web-1-copy", 1), container("c2", "shop-web-1", 1)];
    for copy in copies {
        let mut observed = observation(vec![container("c0", "shop-web-1", 1), copy.clone()]);
        assert_eq!(prove(&mut observed, INSTANCE, &records, &BTreeSet::new()), []);
        assert_eq!(ids(&observed), ["c0"]);
        let owners: Vec<_> = observed.host.occupants.iter().map(|o| (o.owner, o.ours)).collect();
        assert_eq!(owners, [(Some(STACK), true), (None, false)]);
        let spoofed = &observed.host.spoofed[0];
        assert_eq!((spoofed.kind, spoofed.name.as_str()), (ObjectKind::Container, copy.name.as_str()));
        assert_eq!((spoofed.stack_id, spoofed.id.as_str()), (STACK, copy.id.as_str()));
    }
}

#[test]
fn an_object_whose_answer_was_lost_is_found_by_its_mark_and_name() {
    let records = [creation(ObjectKind::Container, "shop-web-1", 7, None)];
    let mut observed = observation(vec![container("c0", "shop-web-1", 7)]);
    let found = prove(&mut observed, INSTANCE, &records, &BTreeSet::new());
    assert_eq!(found, [Found { mark: mark(7), object: "c0".to_owned() }]);
    assert_eq!(ids(&observed), ["c0"]);

    // A copy of another container of the same command, an image with our labels, and a copy under another name.
    for stranger in [container("c1", "shop-web-1", 6), container("c1", "shop-web-1-copy", 7)] {
        let mut observed = observation(vec![stranger]);
        assert_eq!(prove(&mut observed, INSTANCE, &records, &BTreeSet::new()), []);
        assert!(ids(&observed).is_empty());
    }
    let mut elsewhere = container("c1", "shop-web-1", 7);
    elsewhere.labels.insert(labels::STACK.to_owned(), StackId(Uuid::from_u128(9)).to_string());
    let mut observed = observation(vec![elsewhere]);
    assert_eq!(prove(&mut observed, INSTANCE, &records, &BTreeSet::new()), []);
    assert!(ids(&observed).is_empty());
}

#[test]
fn one_creation_stands_for_one_object() {
    let records = [creation(ObjectKind::Network, "shop_default", 1, None)];
    let mut observed = observation(Vec::new());
    observed.host.networks = vec![network("n0"), network("n1")];
    let found = prove(&mut observed, INSTANCE, &records, &BTreeSet::new());
    assert_eq!(found, [Found { mark: mark(1), object: "n0".to_owned() }]);
    let ours: Vec<bool> =
        observed.host.networks.iter().map(|n| Ownership::read(&n.labels).is_some()).collect();
    assert_eq!(ours, [true, false]);
    assert_eq!(observed.host.spoofed[0].id, "n1");
}

#[test]
fn a_volume_with_forged_labels_is_foreign() {
    let mut trusted = creation(ObjectKind::Volume, "shop_old", 0, None);
    trusted.mark = None;
    let records = [creation(ObjectKind::Volume, "shop_data", 4, None), trusted];
    let mut observed = observation(Vec::new());
    let mut labels_of_before = labelled(0);
    labels_of_before.remove(labels::CREATION);
    observed.host.volumes = vec![
        volume("shop_data", 4),
        ObservedVolume { labels: labels_of_before, ..volume("shop_old", 0) },
        volume("shop_data2", 4),
    ];
    prove(&mut observed, INSTANCE, &records, &BTreeSet::new());
    let ours = |volume: &&ObservedVolume| Ownership::read(&volume.labels).is_some();
    let names: Vec<_> = observed.host.volumes.iter().filter(ours).map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["shop_data", "shop_old"]);
    assert_eq!(observed.host.spoofed[0].name, "shop_data2");

    // Removed and created again by somebody with another mark.
    let mut observed = observation(Vec::new());
    observed.host.volumes = vec![volume("shop_data", 5)];
    prove(&mut observed, INSTANCE, &records, &BTreeSet::new());
    assert_eq!(observed.host.spoofed.len(), 1);
}

#[test]
fn an_adopted_container_loses_forged_labels_and_stays() {
    let mut observed = observation(vec![container("c0", "shop-web-1", 1)]);
    let adopted = BTreeSet::from([ContainerId::from("c0")]);
    prove(&mut observed, INSTANCE, &[], &adopted);
    assert_eq!(ids(&observed), ["c0"]);
    assert!(observed.containers[0].labels.is_empty(), "the adoption adds the right ones");
    assert!(observed.host.spoofed.is_empty());
    assert_eq!(observed.host.occupants[0].owner, None);
}

#[test]
fn objects_of_another_installation_are_left_as_they_are() {
    let mut observed = observation(Vec::new());
    observed.host.volumes = vec![volume("shop_data", 1)];
    let before = observed.clone();
    prove(&mut observed, InstanceId(Uuid::from_u128(9)), &[], &BTreeSet::new());
    assert_eq!(observed, before);
}

#[test]
fn what_carries_our_labels_is_trusted_once_as_it_is() {
    let mut observed = observation(vec![container("c0", "shop-web-1", 1)]);
    observed.host.networks = vec![network("n0")];
    observed.host.volumes = vec![volume("shop_data", 4)];
    let claims = claims(&observed, INSTANCE);
    let before = observed.clone();
    assert_eq!(prove(&mut observed, INSTANCE, &claims, &BTreeSet::new()), []);
    assert_eq!(observed, before);
}

fn mount(digit: &str, origin: VolumeOrigin) -> ObservedMount {
    ObservedMount {
        kind: "volume".to_owned(),
        name: digit.repeat(64),
        source: String::new(),
        target: format!("/{digit}"),
        read_write: true,
        origin,
    }
}

#[test]
fn anonymous_volumes_are_recorded_from_the_first_look_at_their_container() {
    let mut own = container("c0", "shop-web-1", 1);
    own.mounts = vec![
        mount("a", VolumeOrigin::Own),
        // Of the predecessor, or of the definition; of another container; and one with a name.
        mount("b", VolumeOrigin::Named),
        mount("c", VolumeOrigin::Unknown),
        ObservedMount { name: "shop_data".to_owned(), ..mount("d", VolumeOrigin::Own) },
    ];
    let mut foreign = container("c1", "other", 2);
    foreign.labels.clear();
    foreign.mounts = vec![mount("e", VolumeOrigin::Own)];
    let mut observed = observation(vec![own, foreign]);
    let found = unrecorded(&observed, INSTANCE, &[]);
    let expected = Creation {
        kind: ObjectKind::Volume,
        stack_id: STACK,
        name: "a".repeat(64),
        command: None,
        mark: None,
        object: None,
        container: Some(ContainerId::from("c0")),
    };
    assert_eq!(found, std::slice::from_ref(&expected));
    assert_eq!(unrecorded(&observed, INSTANCE, &found), [], "once");

    // The container is gone, and the record says whose it is: only this stack's, and nothing about others of that name.
    observed.containers.clear();
    let bare = |name: &str| ObservedVolume { labels: BTreeMap::new(), ..volume(name, 0) };
    observed.host.volumes = vec![bare(&expected.name), bare("shop_data")];
    let named = creation(ObjectKind::Volume, "shop_data", 4, None);
    attribute(&mut observed, &[named, expected.clone()]);
    let owners: Vec<_> = observed.host.volumes.iter().map(|volume| volume.anonymous_of).collect();
    assert_eq!(owners, [Some(STACK), None]);
    // It proves nothing about labels that somebody wrote.
    observed.host.volumes = vec![volume(&expected.name, 9)];
    prove(&mut observed, INSTANCE, &[expected], &BTreeSet::new());
    assert_eq!(observed.host.spoofed.len(), 1);
}

#[test]
fn networks_that_one_request_made_are_both_the_commands_while_it_runs() {
    let mut observed = observation(Vec::new());
    observed.host.networks = vec![network("n0"), network("n1")];
    let twins_of = |records: &[Creation], acting| {
        let found = twins(&observed, INSTANCE, records, acting).into_iter();
        found.map(|twin| (twin.object.unwrap(), twin.mark, twin.command)).collect::<Vec<_>>()
    };
    // Answered with either id, or not at all: then the first is the creation itself.
    let made = |object| [creation(ObjectKind::Network, "shop_default", 1, object)];
    let expected = |id: &str| vec![(id.to_owned(), None, Some(COMMAND))];
    assert_eq!(twins_of(&made(Some("n0")), COMMAND), expected("n1"));
    assert_eq!(twins_of(&made(Some("n1")), COMMAND), expected("n0"));
    assert_eq!(twins_of(&made(None), COMMAND), expected("n1"));
    // Once it is recorded, it is no news; another command's, another name or another mark are copies.
    let recorded = Creation { mark: None, ..made(Some("n1"))[0].clone() };
    assert_eq!(twins_of(&[made(Some("n0"))[0].clone(), recorded], COMMAND), []);
    assert_eq!(twins_of(&made(Some("n0")), CommandId(Uuid::from_u128(9))), []);
    assert_eq!(twins_of(&[creation(ObjectKind::Network, "shop_front", 1, Some("n0"))], COMMAND), []);
    assert_eq!(twins_of(&[creation(ObjectKind::Network, "shop_default", 2, Some("n0"))], COMMAND), []);
}

fn intent(operation: Operation, target: &str) -> Intent {
    Intent {
        effect: EffectNumber(3),
        operation,
        target: target.into(),
        container: None,
        hook: None,
        action: Message::foreign("create"),
        cause: Message::foreign("missing"),
        step: None,
        step_id: None,
        putting: None,
    }
}

fn asked() -> Command {
    let payload = CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() };
    Command::saved(COMMAND, STACK, payload, &Actor::worker(), Timestamp::from_millis(0).unwrap()).command
}

#[test]
fn a_record_follows_the_journal() {
    let command = asked();
    let begun = intent(Operation::CreateContainer, "shop-web-1");
    let change_of = |entry: &Entry| change(&command, entry);
    let expected = creation(ObjectKind::Container, "shop-web-1", 3, None);
    assert_eq!(change_of(&Entry::Intent(begun.clone())), Some(CreationChange::Begun(expected)));
    let ended = |answer| Entry::Outcome(Outcome { answer, ..Outcome::seen(&begun, Sighting::Absent) });
    let made = ended(Answer::succeeded(Made::Container(ContainerId::from("c0")), &[]));
    let found = Found { mark: mark(3), object: "c0".to_owned() };
    assert_eq!(change_of(&made), Some(CreationChange::Made(found)));
    let failed = |class| ended(Answer::Failed { class, message: Message::foreign("no"), tolerated: false });
    assert_eq!(change_of(&failed(ErrorClass::Refused)), Some(CreationChange::Refused(mark(3))));
    let twice = failed(ErrorClass::NameTaken);
    for unknown in [failed(ErrorClass::Timeout), ended(Answer::Seen(Sighting::Absent)), twice] {
        assert_eq!(change_of(&unknown), None, "it may be there, or may still appear");
    }
    assert_eq!(change_of(&Entry::Intent(intent(Operation::StartContainer, "shop-web-1"))), None);
}
