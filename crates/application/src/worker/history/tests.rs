use core_monitor_domain::command::FailureCode;
use core_monitor_domain::ids::{CommandId, Seq};
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::worker::fixture;

fn event(kind: EventKind, op: &str, target: &str, detail: Value) -> CommandEvent {
    let entry = EventEntry {
        op: op.to_owned(),
        target: target.to_owned(),
        detail,
        ..EventEntry::status(kind, "worker")
    };
    CommandEvent {
        id: 0,
        command_id: CommandId(Uuid::nil()),
        seq: Seq(1),
        stack_id: fixture::STACK.parse().unwrap(),
        at: fixture::now(),
        entry,
    }
}

fn intent(effect: u64, op: &str, target: &str, container: Option<&str>) -> CommandEvent {
    let mut detail = json!({ "effect": effect, "action": format!("{op} {target}") });
    if let Some(container) = container {
        detail["container"] = json!(container);
    }
    event(EventKind::Intent, op, target, detail)
}

fn outcome(effect: u64, op: &str, target: &str, detail: Value) -> CommandEvent {
    let mut detail = detail;
    detail["effect"] = json!(effect);
    event(EventKind::Outcome, op, target, detail)
}

#[test]
fn outcomes_become_facts_and_what_has_none_stays_open() {
    let history = History::read(&[
        event(EventKind::Claimed, "", "", Value::Null),
        event(EventKind::Planned, "", "", json!({ "steps": 4 })),
        intent(1, "pull_image", "app:1", None),
        intent(2, "stop_container", "shop-web-1", Some("c1")),
        outcome(1, "pull_image", "app:1", json!({ "ok": true, "image": "sha256:1" })),
        intent(3, "start_container", "shop-web-1", Some("c2")),
        intent(4, "start_container", "shop-db-1", Some("c3")),
        outcome(3, "start_container", "shop-web-1", json!({ "ok": true })),
        outcome(4, "start_container", "shop-db-1", json!({ "ok": false, "class": "conflict" })),
    ]);
    assert_eq!(history.facts.pulled, [ImageRef::from("app:1")].into());
    assert_eq!(history.facts.started, [ContainerId::from("c2")].into());
    assert_eq!(history.done, ["pull_image app:1", "start_container shop-web-1"]);
    assert_eq!(history.stopping, [ContainerId::from("c1")]);
    assert_eq!((history.last_effect, history.begun), (4, true));
    let open: Vec<_> = history.open.iter().map(|open| (open.effect, open.op.as_str())).collect();
    assert_eq!(open, [(2, "stop_container")]);
}

#[test]
fn a_lost_answer_stays_open_until_the_engine_was_asked() {
    let mut journal = vec![
        intent(1, "start_container", "shop-web-1", Some("c1")),
        outcome(1, "start_container", "shop-web-1", json!({ "ok": false, "class": "timeout" })),
    ];
    assert_eq!(History::read(&journal).open.len(), 1);
    let seen = |state: &str| json!({ "ok": false, "unknown": true, "observed": state });
    journal.push(outcome(1, "start_container", "shop-web-1", seen("running")));
    let history = History::read(&journal);
    assert!(history.open.is_empty());
    assert_eq!(history.facts.started, [ContainerId::from("c1")].into());
    journal[2] = outcome(1, "start_container", "shop-web-1", seen("exited"));
    assert!(History::read(&journal).facts.started.is_empty());
}

#[test]
fn only_adoptions_without_any_effect_or_handover_count_as_crashes() {
    let adopted = || event(EventKind::Adopted, "", "", Value::Null);
    let mut journal = vec![adopted(), adopted()];
    assert_eq!(History::read(&journal).adoptions_in_vain, 2);
    journal.extend([intent(1, "pull_image", "app:1", None), adopted()]);
    assert_eq!(History::read(&journal).adoptions_in_vain, 3);
    journal.extend([outcome(1, "pull_image", "app:1", json!({ "ok": true })), adopted()]);
    assert_eq!(History::read(&journal).adoptions_in_vain, 1);
    journal.extend([event(EventKind::Progress, HANDOVER, "", Value::Null), adopted()]);
    assert_eq!(History::read(&journal).adoptions_in_vain, 1);
}

#[test]
fn a_rollback_goes_on_as_one_and_forgets_what_the_failed_version_started() {
    let failure = Failure::new(FailureCode::ServiceExited, "`shop-web-1` ended with exit code 1");
    let history = History::read(&[
        intent(1, "start_container", "shop-web-1", Some("c1")),
        outcome(1, "start_container", "shop-web-1", json!({ "ok": true })),
        event(EventKind::Progress, ROLLBACK, "", json!({ "failure": failure })),
    ]);
    assert_eq!(history.rolling_back, Some(failure));
    assert!(history.facts.started.is_empty());
}

#[test]
fn the_runs_to_restart_are_those_of_the_first_claim() {
    let run = RunId { container: "c1".into(), started_at: fixture::now() };
    let history = History::read(&[event(EventKind::Planned, "", "", json!({ "restarting": [run] }))]);
    assert!(history.has_baseline);
    assert_eq!(history.facts.restarting, [run].into());
    assert!(!History::read(&[]).has_baseline);
}

#[test]
fn a_container_that_was_started_after_its_stop_is_not_a_stopped_one() {
    let stop = [
        intent(1, "stop_container", "shop-web-1", Some("c1")),
        outcome(1, "stop_container", "", json!({ "ok": true })),
    ];
    let start = [
        intent(2, "start_container", "shop-web-1", Some("c1")),
        outcome(2, "start_container", "", json!({ "ok": true })),
    ];
    assert_eq!(History::read(&stop).stopping, [ContainerId::from("c1")]);
    assert_eq!(History::read(&[stop, start].concat()).stopping, []);
}
