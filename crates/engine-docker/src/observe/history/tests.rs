use std::collections::BTreeMap;

use core_monitor_domain::ids::{ContainerId, ImageId};
use core_monitor_domain::observation::ContainerState;

use super::*;
use crate::event_lines::Actor;

/// A second, in nanoseconds.
const SECOND: i128 = 1_000_000_000;

/// A container that ran from second 1,000 to second 1,060 and exited with 0.
fn container() -> ObservedContainer {
    ObservedContainer {
        id: ContainerId::from("c0"),
        name: "web".into(),
        labels: BTreeMap::new(),
        image: String::new(),
        image_id: ImageId::from("sha256:0"),
        state: ContainerState::Exited { code: 0 },
        health: None,
        created_at: None,
        started_at: Timestamp::from_millis(1_000_000),
        finished_at: Timestamp::from_millis(1_060_000),
        ending: RunEnding::Unknown,
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

/// `kill 15` is a kill with that signal.
fn event(second: i128, text: &str) -> Event {
    let (action, signal) =
        text.split_once(' ').map_or((text, None), |(action, signal)| (action, Some(signal)));
    let attributes = signal.map(|signal| ("signal".to_owned(), signal.to_owned())).into_iter().collect();
    Event {
        kind: "container".to_owned(),
        action: action.to_owned(),
        actor: Actor { id: "c0".to_owned(), attributes },
        nanos: i64::try_from(second * SECOND + 1).unwrap(),
    }
}

/// `second action`, one per event; the oldest first.
fn check(events: &[(i128, &str)], expected: RunEnding) {
    check_stopping_with(StopSignal::default(), events, expected);
}

fn check_stopping_with(stop: StopSignal, events: &[(i128, &str)], expected: RunEnding) {
    let events: Vec<Event> = events.iter().map(|(second, action)| event(*second, action)).collect();
    let reaches_back_to = events.first().map(|event| i128::from(event.nanos));
    assert_eq!(History { events, reaches_back_to }.ending_of(&container(), stop), expected);
}

#[test]
fn a_run_without_a_signal_ended_by_itself() {
    check(&[(1_000, "start"), (1_060, "die")], RunEnding::ByItself);
    check(&[(900, "create"), (1_060, "die")], RunEnding::ByItself);
    // The signal was for an earlier run.
    check(&[(900, "kill"), (901, "die"), (1_000, "start"), (1_060, "die")], RunEnding::ByItself);
}

#[test]
fn a_run_with_a_signal_was_stopped() {
    check(&[(1_000, "start"), (1_055, "kill"), (1_060, "die")], RunEnding::Stopped);
    check(&[(1_060, "die"), (1_060, "stop")], RunEnding::Stopped);
    check(&[(1_060, "kill")], RunEnding::Stopped);
}

#[test]
fn only_a_signal_to_end_ends_a_run() {
    let with = |signal: &'static str| [(1_000, "start"), (1_030, signal), (1_060, "die")];
    for ending in ["kill 15", "kill 9", "kill 2", "kill 3", "kill"] {
        check(&with(ending), RunEnding::Stopped);
    }
    for reload in ["kill 1", "kill 10", "kill 28"] {
        check(&with(reload), RunEnding::ByItself);
    }
    check_stopping_with(StopSignal::of("SIGWINCH"), &with("kill 28"), RunEnding::Stopped);
    check_stopping_with(StopSignal::of("SIGWINCH"), &with("kill 1"), RunEnding::ByItself);
}

#[test]
fn an_event_is_read_with_its_signal() {
    let line = r#"{"Type":"container","Action":"kill","Actor":{"ID":"c0","Attributes":{"image":"app","signal":"1"}}}"#;
    let event: Event = serde_json::from_str(line).unwrap();
    assert!(!event.ends(StopSignal::default()) && event.ends(StopSignal::of("SIGHUP")));
}

#[test]
fn what_the_engine_has_forgotten_is_unknown() {
    check(&[], RunEnding::Unknown);
    check(&[(1_000, "start")], RunEnding::Unknown);
    // A signal may have been sent before the oldest event.
    check(&[(1_059, "exec_die"), (1_060, "die")], RunEnding::Unknown);
}

#[test]
fn the_end_of_an_earlier_run_ends_no_later_one() {
    let mut runs = Runs::new([("c0".to_owned(), 1_000 * SECOND)].into());
    for (second, action) in [(900, "start"), (901, "die"), (1_000, "start")] {
        assert!(runs.note(&event(second, action)) && runs.are_open(), "{action} at {second}");
    }
    assert!(runs.note(&event(1_060, "die")) && !runs.are_open());
}
