use super::*;
use crate::ids::StepId;
use crate::journal::{Intent, Made, Outcome, Planned, Sighting, StepProgress};
use crate::plan::Operation;

fn planned(effects: u64) -> Entry {
    Entry::Planned(Planned { steps: effects + 1, effects, ..Planned::default() })
}

fn intent(effect: u64, what: &str) -> Entry {
    Entry::Intent(Intent {
        effect: EffectNumber(effect),
        operation: Operation::StartContainer,
        target: what.into(),
        container: None,
        hook: None,
        action: Message::foreign(format!("start {what}")),
        cause: Message::foreign("missing"),
        step: None,
        step_id: Some(StepId(1)),
        putting: None,
    })
}

fn outcome(effect: u64) -> Entry {
    Entry::Outcome(Outcome {
        effect: EffectNumber(effect),
        operation: Operation::StartContainer,
        target: "web".into(),
        took_ms: Some(1),
        answer: Answer::Succeeded { made: Made::Nothing, warnings: Vec::new() },
    })
}

fn waiting(target: &str, until: i64) -> Entry {
    let report = Report::State { state: "starting".into(), until: Timestamp::from_millis(until) };
    Entry::Progress(StepProgress { operation: Operation::AwaitHealthy, target: target.into(), report })
}

fn after(entries: &[Entry]) -> Progress {
    let mut progress = Progress::default();
    for entry in entries {
        progress.apply(entry);
    }
    progress
}

fn current(progress: &Progress) -> Vec<String> {
    progress.current().iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_done_and_what_will_be_add_up_over_plans() {
    let progress = after(&[planned(3), intent(1, "db"), outcome(1), intent(2, "web")]);
    assert_eq!((progress.done, progress.total), (1, 3));
    assert_eq!(current(&progress), ["start web"]);
    // The next look finds that two more changes are needed than the first plan said.
    let progress = after(&[planned(3), intent(1, "db"), outcome(1), planned(4)]);
    assert_eq!((progress.done, progress.total), (1, 5));
    assert!(current(&progress).is_empty(), "a new plan begins with nothing under way");
}

#[test]
fn the_deadline_is_that_of_the_longest_wait() {
    let progress = after(&[planned(0), waiting("db", 9_000), waiting("web", 5_000)]);
    assert_eq!(current(&progress), ["waiting for db: starting", "waiting for web: starting"]);
    assert_eq!(progress.deadline(), Timestamp::from_millis(9_000));
    let progress = after(&[planned(0), waiting("db", 9_000), planned(1)]);
    assert_eq!(progress.deadline(), None, "the wait is over");
}

#[test]
fn what_was_only_seen_counts_once_as_in_the_result() {
    let seen = |sighting| match outcome(2) {
        Entry::Outcome(outcome) => Entry::Outcome(Outcome { answer: Answer::Seen(sighting), ..outcome }),
        other => other,
    };
    let mut entries = vec![planned(2), intent(1, "db"), outcome(1), intent(2, "web"), Entry::Adopted];
    entries.push(seen(Sighting::Running));
    let progress = after(&entries);
    assert_eq!((progress.done, progress.total), (2, 2));
    // It was not so, and is done again.
    entries.extend([planned(1), intent(3, "web"), outcome(3)]);
    assert_eq!(after(&entries).done, 2);
    let missing = [planned(2), intent(2, "web"), Entry::Adopted, seen(Sighting::Exited)];
    assert_eq!(after(&missing).done, 0);
}

#[test]
fn a_worker_that_takes_over_has_nothing_under_way_yet() {
    let progress = after(&[planned(3), intent(1, "db"), outcome(1), intent(2, "web"), Entry::Adopted]);
    assert_eq!((progress.done, progress.total), (1, 3));
    assert!(current(&progress).is_empty());
}
