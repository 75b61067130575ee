use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::*;
use crate::desired::HookStage;
use crate::ids::StepId;
use crate::plan::Cause;

fn key() -> PlanKey {
    PlanKey::new([3; 32])
}

fn step(action: StepAction) -> Step {
    Step {
        id: StepId(1),
        action,
        cause: Cause::Missing,
        service: Some("web".parse().unwrap()),
        slot: Some(Slot(1)),
        after: Vec::new(),
    }
}

fn existing(id: &str) -> Target {
    Target::Existing { id: id.into(), name: format!("called-{id}") }
}

fn new(number: u32) -> Target {
    Target::New { step: StepId(number), name: format!("made-by-{number}") }
}

fn start(container: Target) -> Step {
    step(StepAction::StartContainer { container })
}

fn of(step: &Step) -> Fingerprint {
    step.fingerprint(&key(), &OwnObjects::default())
}

fn made(containers: &[&str], networks: &[&str]) -> OwnObjects {
    OwnObjects {
        containers: containers.iter().map(|id| (*id).into()).collect(),
        networks: networks.iter().map(|id| (*id).into()).collect(),
    }
}

#[test]
fn number_cause_and_order_are_ignored() {
    let one = start(existing("a"));
    let other = Step { id: StepId(7), cause: Cause::NotRunning, after: vec![StepId(3)], ..one.clone() };
    assert_eq!(of(&one), of(&other));
    assert_eq!(of(&start(new(2))), of(&start(new(5))));
}

#[test]
fn existing_objects_are_identified_by_id_not_by_name() {
    let renamed = Target::Existing { id: "a".into(), name: "other".to_owned() };
    assert_eq!(of(&start(existing("a"))), of(&start(renamed)));
    assert_ne!(of(&start(existing("a"))), of(&start(existing("b"))));
    assert_ne!(of(&start(existing("a"))), of(&start(new(2))));
}

#[test]
fn objects_created_by_the_command_match_the_plans_new_ones() {
    let later = start(existing("a")).fingerprint(&key(), &made(&["a"], &[]));
    assert_eq!(of(&start(new(2))), later);
    let somebody_elses = start(existing("a")).fingerprint(&key(), &made(&["b"], &[]));
    assert_ne!(of(&start(new(2))), somebody_elses);
    let mut other_slot = start(existing("a"));
    other_slot.slot = Some(Slot(2));
    assert_ne!(of(&start(new(2))), other_slot.fingerprint(&key(), &made(&["a"], &[])));
}

#[test]
fn networks_are_identified_the_same_way() {
    let connect = |network| {
        step(StepAction::ConnectNetwork {
            container: new(2),
            network,
            attachment: Box::new(Attachment::default()),
        })
    };
    let there = || connect(NetworkTarget::Existing { id: "n".into(), name: "net".to_owned() });
    let to_be_made = connect(NetworkTarget::New { step: StepId(1), name: "net".to_owned() });
    assert_ne!(of(&there()), of(&to_be_made));
    assert_eq!(there().fingerprint(&key(), &made(&[], &["n"])), of(&to_be_made));
}

#[test]
fn operation_and_every_detail_are_included() {
    let file = |content: &str| InjectedFile {
        path: "/a".to_owned(),
        content: content.to_owned(),
        uid: 0,
        gid: 0,
        mode: 0o444,
    };
    let copy =
        |content: &str| of(&step(StepAction::CopyFiles { container: new(1), files: vec![file(content)] }));
    assert_ne!(copy("one"), copy("other"));
    let hook = |stage, index, command: &str| {
        let hook = Hook {
            command: vec![command.to_owned()],
            user: None,
            privileged: false,
            working_dir: None,
            environment: BTreeMap::new(),
        };
        of(&step(StepAction::RunHook { container: new(1), stage, index, hook: Box::new(hook) }))
    };
    assert_ne!(hook(HookStage::PostStart, 0, "a"), hook(HookStage::PreStop, 0, "a"));
    assert_ne!(hook(HookStage::PostStart, 0, "a"), hook(HookStage::PostStart, 1, "a"));
    assert_ne!(hook(HookStage::PostStart, 0, "a"), hook(HookStage::PostStart, 0, "b"));
    let stop = |grace_ms| of(&step(StepAction::StopContainer { container: existing("a"), grace_ms }));
    assert_ne!(stop(None), stop(Some(1)));
    let restart = of(&step(StepAction::RestartContainer { container: existing("a"), grace_ms: None }));
    assert_ne!(stop(None), restart);
    assert_ne!(restart, of(&start(existing("a"))));
    let remove = |anonymous_volumes| {
        of(&step(StepAction::RemoveContainer { container: existing("a"), anonymous_volumes }))
    };
    assert_ne!(remove(false), remove(true));
}

#[test]
fn every_label_except_the_commands_is_included() {
    let create = |labels: &[(&'static str, &str)]| {
        let labels = labels.iter().map(|(key, value)| (Cow::Borrowed(*key), Arc::from(*value)));
        let network = Box::new(NetworkSpec::default());
        of(&step(StepAction::CreateNetwork { network, labels: labels.collect() }))
    };
    assert_eq!(create(&[("a", "1")]), create(&[("a", "1"), (COMMAND, "x"), (EPOCH, "7")]));
    assert_ne!(create(&[("a", "1")]), create(&[("a", "2")]));
}

#[test]
fn the_fingerprint_depends_on_the_key() {
    let step = start(existing("a"));
    assert_ne!(of(&step), step.fingerprint(&PlanKey::new([4; 32]), &OwnObjects::default()));
}

#[test]
fn objects_created_by_a_command_carry_its_id() {
    let observation = |label: CommandId| {
        let json = serde_json::json!({
            "host": {
                "taken_at": "2026-01-26T10:00:00Z",
                "engine": {"id": "e", "version": "1", "api": {"major": 1, "minor": 41}, "os": "linux", "arch": "amd64"},
                "networks": [{"id": "n", "name": "net", "driver": "bridge", "labels": {COMMAND: label.to_string()},
                    "created_at": null, "subnets": []}],
                "volumes": [], "images": [], "occupants": []
            },
            "containers": []
        });
        serde_json::from_value::<Observation>(json).unwrap()
    };
    let command = CommandId(Uuid::from_u128(1));
    assert_eq!(OwnObjects::by(command, &observation(command)), made(&[], &["n"]));
    assert_eq!(OwnObjects::by(command, &observation(CommandId(Uuid::from_u128(2)))), OwnObjects::default());
}
