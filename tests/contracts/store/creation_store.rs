//! The records of what commands created: written with the journal, completed from what the engine shows.

use core_monitor_domain::command::Command;
use core_monitor_domain::creation::{Creation, CreationMark, Found};
use core_monitor_domain::ids::{CommandId, ContainerId, Slot, StackId, VersionNumber};
use core_monitor_domain::journal::{
    Answer, EffectNumber, Entry, ErrorClass, Intent, JournalLine, Made, Outcome, Sighting,
};
use core_monitor_domain::observation::ObjectKind;
use core_monitor_domain::plan::Operation;
use core_monitor_domain::ports::{Lease, StackChange};
use core_monitor_domain::release::ReleasedContainer;
use core_monitor_message::Message;

use crate::fixture::{Fixture, at, done_with, failed, intent, outcome, release};

contract!(
    a_record_begins_with_the_intent_and_gets_its_object_with_the_outcome,
    a_refused_creation_leaves_no_record,
    an_object_that_was_found_keeps_its_record,
    the_effects_of_a_retry_have_records_of_their_own,
    a_release_ends_the_records_of_other_containers,
    a_deleted_stack_keeps_the_records_of_its_volumes,
    labels_are_trusted_once,
    what_a_deleted_stack_has_left_is_claimed_for_nobody,
    a_stack_that_is_taken_down_has_no_containers_and_no_applied_version,
    what_no_command_asked_for_is_recorded_once,
);

/// The claimed command of a new stack.
async fn running(f: &Fixture, name: &str) -> (Lease, StackId, Command) {
    let stack = f.stack(name).await.stack.id;
    let command = f.apply(stack).await;
    let lease = f.lease(2).await;
    f.claim(&lease, 2).await;
    (lease, stack, command)
}

/// One line for each record: kind, name, mark, object.
async fn records(f: &Fixture) -> Vec<String> {
    let creations = f.creations.list().await.unwrap();
    let line = |creation: &Creation| {
        let mark = creation.mark.map_or("-".to_owned(), |mark| mark.text());
        let object = creation.object.as_deref().unwrap_or("?");
        format!("{} {} {mark} {object}", creation.kind, creation.name)
    };
    let mut lines: Vec<_> = creations.list.iter().map(line).collect();
    lines.sort();
    lines
}

fn mark(command: &Command, effect: u64) -> CreationMark {
    CreationMark { command: command.id, retry: 0, effect: EffectNumber(effect) }
}

/// The intent to create a volume or network.
fn intent_of(number: u64, operation: Operation, target: &str) -> JournalLine {
    let line = intent(number, target);
    let Entry::Intent(begun) = line.entry else { panic!("it is an intent") };
    JournalLine { entry: Entry::Intent(Intent { operation, ..begun }), ..line }
}

fn ended(number: u64, operation: Operation, target: &str, answer: Answer) -> JournalLine {
    let line = outcome(number, target);
    let Entry::Outcome(over) = line.entry else { panic!("it is an outcome") };
    JournalLine { entry: Entry::Outcome(Outcome { operation, answer, ..over }), ..line }
}

fn error(class: ErrorClass) -> Answer {
    Answer::Failed { class, message: Message::foreign("no"), tolerated: false }
}

async fn a_record_begins_with_the_intent_and_gets_its_object_with_the_outcome(f: &Fixture) {
    let (lease, stack, command) = running(f, "web").await;
    f.worker.record(&lease, command.seq, vec![intent(1, "demo-web-1")], at(3)).await.unwrap();
    assert_eq!(records(f).await, ["container demo-web-1 0.1 ?"]);
    f.worker.record(&lease, command.seq, vec![outcome(1, "demo-web-1")], at(4)).await.unwrap();
    let creations = f.creations.list().await.unwrap();
    let expected = Creation {
        kind: ObjectKind::Container,
        stack_id: stack,
        name: "demo-web-1".to_owned(),
        command: Some(command.id),
        mark: Some(mark(&command, 1)),
        object: Some("c1".to_owned()),
        container: None,
    };
    assert_eq!((creations.settled, creations.list), (false, vec![expected]));
}

async fn a_refused_creation_leaves_no_record(f: &Fixture) {
    let (lease, _, command) = running(f, "web").await;
    let create = Operation::CreateNetwork;
    let lines = vec![
        intent_of(1, create, "refused"),
        intent_of(2, create, "unknown"),
        ended(1, create, "refused", error(ErrorClass::Refused)),
        ended(2, create, "unknown", error(ErrorClass::Timeout)),
    ];
    f.worker.record(&lease, command.seq, lines, at(3)).await.unwrap();
    assert_eq!(records(f).await, ["network unknown 0.2 ?"]);
}

async fn an_object_that_was_found_keeps_its_record(f: &Fixture) {
    let (lease, _, command) = running(f, "web").await;
    f.worker.record(&lease, command.seq, vec![intent(1, "a")], at(3)).await.unwrap();
    let found = |object: &str| Found { mark: mark(&command, 1), object: object.to_owned() };
    f.creations.complete(&[found("c1")]).await.unwrap();
    // A second one of the same mark is not ours, and a late refusal does not change what is there.
    f.creations.complete(&[found("c2")]).await.unwrap();
    let refused = ended(1, Operation::CreateContainer, "a", error(ErrorClass::NameTaken));
    f.worker.record(&lease, command.seq, vec![refused], at(4)).await.unwrap();
    assert_eq!(records(f).await, ["container a 0.1 c1"]);
}

async fn the_effects_of_a_retry_have_records_of_their_own(f: &Fixture) {
    let (lease, _, command) = running(f, "web").await;
    f.worker.record(&lease, command.seq, vec![intent(1, "a")], at(3)).await.unwrap();
    f.worker.finish(&lease, command.seq, failed(), at(4)).await.unwrap();
    f.queue.retry(command.id, &crate::fixture::ann(), at(5)).await.unwrap();
    f.claim(&lease, 6).await;
    f.worker.record(&lease, command.seq, vec![intent(1, "a")], at(7)).await.unwrap();
    assert_eq!(records(f).await, ["container a 0.1 ?", "container a 1.1 ?"]);
}

async fn a_release_ends_the_records_of_other_containers(f: &Fixture) {
    let (lease, stack, command) = running(f, "web").await;
    let made = |number, id: &str| {
        let answer = Answer::succeeded(Made::Container(ContainerId::from(id)), &[]);
        ended(number, Operation::CreateContainer, id, answer)
    };
    let lines = vec![
        intent(1, "old"),
        made(1, "old"),
        intent(2, "new"),
        made(2, "new"),
        intent(3, "lost"),
        intent_of(4, Operation::CreateVolume, "data"),
    ];
    f.worker.record(&lease, command.seq, lines, at(3)).await.unwrap();
    let mut release = release(stack, 1, command.id, 4);
    release.containers = vec![ReleasedContainer {
        service: "web".parse().unwrap(),
        slot: Slot(1),
        id: ContainerId::from("new"),
        name: "demo-web-1".to_owned(),
    }];
    let change = StackChange { release: Some(release), ..StackChange::default() };
    f.worker.finish(&lease, command.seq, done_with(change), at(4)).await.unwrap();
    assert_eq!(records(f).await, ["container lost 0.3 ?", "container new 0.2 new", "volume data 0.4 ?"]);
}

async fn a_deleted_stack_keeps_the_records_of_its_volumes(f: &Fixture) {
    let (lease, _, command) = running(f, "web").await;
    let lines = vec![
        intent(1, "web"),
        outcome(1, "web"),
        intent_of(2, Operation::CreateNetwork, "net"),
        intent_of(3, Operation::CreateVolume, "kept"),
        intent_of(4, Operation::CreateVolume, "gone"),
        intent_of(5, Operation::RemoveVolume, "gone"),
        ended(5, Operation::RemoveVolume, "gone", Answer::succeeded(Made::Nothing, &[])),
        // Nobody got the answer: the volume that is still there keeps its record.
        intent_of(6, Operation::CreateVolume, "seen gone"),
        intent_of(7, Operation::RemoveVolume, "seen gone"),
        ended(7, Operation::RemoveVolume, "seen gone", Answer::Seen(Sighting::Absent)),
        intent_of(8, Operation::RemoveVolume, "kept"),
        ended(8, Operation::RemoveVolume, "kept", Answer::Seen(Sighting::Present)),
    ];
    f.worker.record(&lease, command.seq, lines, at(3)).await.unwrap();
    let change = StackChange { deleted: true, ..StackChange::default() };
    f.worker.finish(&lease, command.seq, done_with(change), at(4)).await.unwrap();
    assert_eq!(records(f).await, ["volume kept 0.3 ?"]);
}

async fn labels_are_trusted_once(f: &Fixture) {
    let (lease, stack, command) = running(f, "web").await;
    let lines = vec![intent(1, "known"), outcome(1, "known")];
    f.worker.record(&lease, command.seq, lines, at(3)).await.unwrap();
    let claim = |stack_id, kind, name: &str, object: Option<&str>| Creation {
        kind,
        stack_id,
        name: name.to_owned(),
        command: Some(CommandId(f.id())),
        mark: None,
        object: object.map(str::to_owned),
        container: None,
    };
    let claims = [
        claim(stack, ObjectKind::Container, "before", Some("c9")),
        claim(stack, ObjectKind::Container, "known", Some("c1")),
        claim(stack, ObjectKind::Volume, "data", None),
        claim(StackId(f.id()), ObjectKind::Network, "of nobody", Some("n1")),
    ];
    f.creations.settle(&claims).await.unwrap();
    let expected = ["container before - c9", "container known 0.1 c1", "volume data - ?"];
    assert_eq!(records(f).await, expected);
    assert!(f.creations.list().await.unwrap().settled);

    let later = [claim(stack, ObjectKind::Container, "spoofed", Some("c666"))];
    f.creations.settle(&later).await.unwrap();
    assert_eq!(records(f).await, expected);
}

async fn what_a_deleted_stack_has_left_is_claimed_for_nobody(f: &Fixture) {
    let (lease, stack, command) = running(f, "web").await;
    let gone = StackChange { deleted: true, ..StackChange::default() };
    f.worker.finish(&lease, command.seq, done_with(gone), at(4)).await.unwrap();
    let claim = |kind, name: &str, object: Option<&str>| Creation {
        kind,
        stack_id: stack,
        name: name.to_owned(),
        command: Some(command.id),
        mark: None,
        object: object.map(str::to_owned),
        container: None,
    };
    let claims = [
        claim(ObjectKind::Container, "left", Some("c1")),
        claim(ObjectKind::Network, "left", Some("n1")),
        claim(ObjectKind::Volume, "data", None),
    ];
    f.creations.settle(&claims).await.unwrap();
    assert_eq!(records(f).await, ["volume data - ?"], "a stack of the same name takes it over");
}

async fn a_stack_that_is_taken_down_has_no_containers_and_no_applied_version(f: &Fixture) {
    let (lease, stack, command) = running(f, "web").await;
    let applied = StackChange { current_version: Some(VersionNumber(1)), ..StackChange::default() };
    f.worker.record(&lease, command.seq, vec![intent(1, "a"), outcome(1, "a")], at(3)).await.unwrap();
    f.worker.finish(&lease, command.seq, done_with(applied), at(4)).await.unwrap();
    f.apply(stack).await;
    let down = StackChange { unapplied: true, ..StackChange::default() };
    f.run(&lease, 5, done_with(down)).await;
    let stack = f.stacks.find(stack).await.unwrap().unwrap();
    assert_eq!((stack.current_version, stack.updated_at), (None, at(5)));
    assert_eq!(records(f).await, Vec::<String>::new());
}

async fn what_no_command_asked_for_is_recorded_once(f: &Fixture) {
    let (lease, stack, command) = running(f, "web").await;
    let volume = |name: &str, container: &str| Creation {
        kind: ObjectKind::Volume,
        stack_id: stack,
        name: name.to_owned(),
        command: None,
        mark: None,
        object: None,
        container: Some(ContainerId::from(container)),
    };
    let twin = Creation {
        kind: ObjectKind::Network,
        command: Some(command.id),
        object: Some("n2".to_owned()),
        container: None,
        ..volume("net", "")
    };
    f.creations.add(&[volume("a", "c1"), volume("b", "c1"), twin.clone()]).await.unwrap();
    // A volume that was handed over keeps the container it was made for.
    f.creations.add(&[volume("a", "c2"), twin]).await.unwrap();
    assert_eq!(records(f).await, ["network net - n2", "volume a - ?", "volume b - ?"]);
    let list = f.creations.list().await.unwrap().list;
    assert!(list.contains(&volume("a", "c1")), "{list:?}");

    // A named volume of the same name is another matter.
    let lines = vec![
        intent_of(1, Operation::CreateVolume, "b"),
        intent_of(2, Operation::RemoveVolume, "a"),
        ended(2, Operation::RemoveVolume, "a", Answer::succeeded(Made::Nothing, &[])),
    ];
    f.worker.record(&lease, command.seq, lines, at(3)).await.unwrap();
    assert_eq!(records(f).await, ["network net - n2", "volume b - ?", "volume b 0.1 ?"]);
    let change = StackChange { deleted: true, ..StackChange::default() };
    f.worker.finish(&lease, command.seq, done_with(change), at(4)).await.unwrap();
    assert_eq!(records(f).await, ["volume b 0.1 ?"], "nothing can name the others any more");
}
