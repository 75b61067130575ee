use super::*;
use crate::access::Action;
use crate::actor::Actor;
use crate::audit::Change;
use crate::ids::{CommandId, Seq};
use crate::journal::{Entry, JournalLine, Planned};
use crate::time::Timestamp;
use uuid::Uuid;

fn stack(number: u128) -> StackId {
    StackId(Uuid::from_u128(number))
}

fn event(stack_id: StackId, entry: Entry) -> CommandEvent {
    let line = JournalLine { actor: Actor::worker(), epoch: None, attempt: 1, entry, attachment: None };
    let (command_id, at) = (CommandId(Uuid::nil()), Timestamp::beginning());
    CommandEvent { id: 1, command_id, seq: Seq(1), stack_id, at, line }
}

fn topics(changes: &Changes) -> Vec<&'static str> {
    changes.topics().iter().map(|topic| topic.as_str()).collect()
}

#[test]
fn steps_of_a_command_change_nothing_of_the_stack() {
    let mut changes = Changes::default();
    assert!(changes.is_empty());
    changes.note_event(&event(stack(1), Entry::Planned(Planned::default())));
    assert_eq!(topics(&changes), ["commands"]);
    changes.note_event(&event(stack(2), Entry::Claimed));
    assert_eq!(topics(&changes), ["stacks", "commands"]);
    assert_eq!(changes.stacks(), Some(&BTreeSet::from([stack(1), stack(2)])));
}

#[test]
fn the_host_is_no_stack() {
    let mut changes = Changes::default();
    changes.note_event(&event(StackId::HOST, Entry::Claimed));
    assert_eq!(changes.stacks(), Some(&BTreeSet::new()));
}

#[test]
fn the_audit_tells_what_was_written_without_a_command() {
    let resources = [
        (Resource::Registry("docker.io".parse().unwrap()), vec!["registries", "audit"]),
        (Resource::Secret("db-password".parse().unwrap()), vec!["stacks", "secrets", "audit"]),
        (Resource::Token("ann".parse().unwrap()), vec!["tokens", "audit"]),
        (Resource::Stack(stack(1)), vec!["stacks", "audit"]),
        (Resource::Volume("data".to_owned()), vec!["audit"]),
    ];
    for (resource, expected) in resources {
        let mut changes = Changes::default();
        let entry = AuditEntry {
            at: Timestamp::beginning(),
            actor: Actor::worker(),
            action: Action::ShowQueue,
            resource,
            change: Change::Created,
            detail: None,
        };
        changes.note_audit(&entry);
        assert_eq!(topics(&changes), expected);
    }
}

#[test]
fn merged_changes_say_all_of_both_and_never_grow() {
    let mut merged = Changes::default();
    for number in 1..=200 {
        let mut one = Changes::default();
        one.note_stack(ChangeTopic::Observation, stack(number));
        merged.merge(&one);
    }
    assert_eq!(merged.stacks().map(BTreeSet::len), Some(Changes::NAMED));
    merged.note_stack(ChangeTopic::Observation, stack(1));
    assert_eq!(merged.stacks().map(BTreeSet::len), Some(Changes::NAMED), "it is named already");
    merged.note_stack(ChangeTopic::Stacks, stack(201));
    assert_eq!((merged.stacks(), topics(&merged)), (None, vec!["stacks", "observation"]));
    merged.note_stack(ChangeTopic::Stacks, stack(1));
    assert_eq!(merged.stacks(), None);
    merged.merge(&Changes::everything());
    assert_eq!(merged, Changes::everything());
}

#[test]
fn whoever_sees_some_stacks_is_told_of_these_only() {
    let mut changes = Changes::default();
    changes.note_stack(ChangeTopic::Commands, stack(1));
    changes.note_stack(ChangeTopic::Observation, stack(2));
    changes.note(ChangeTopic::Users);
    let about = |seen: &[u128]| changes.about(&seen.iter().map(|number| stack(*number)).collect());
    assert_eq!(topics(&about(&[2, 3])), ["commands", "observation"]);
    assert_eq!(about(&[2, 3]).stacks(), Some(&[stack(2)].into()));
    assert!(about(&[3]).is_empty() && about(&[]).is_empty());
    // It may be any stack, so also one of these.
    assert_eq!(
        topics(&Changes::everything().about(&[stack(3)].into())),
        ["stacks", "commands", "observation"]
    );
}
