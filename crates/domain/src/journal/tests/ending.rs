//! What the journal knows about the end of a command that fails or is cancelled.

use super::*;

pub(super) fn settling(failure: Option<&Failure>) -> JournalLine {
    let mut head = failure.cloned();
    let lines = head.as_mut().map(|failure| std::mem::take(&mut failure.logs)).unwrap_or_default();
    let count = u32::try_from(lines.len()).unwrap();
    let entry = Entry::Settling { failure: head.map(Box::new), lines: count };
    let attachment = (count > 0).then_some(Attachment::Lines { lines });
    JournalLine { attachment, ..line(entry) }
}

fn interrupted(memory: &Memory) -> Vec<String> {
    facts(memory).interrupted.keys().map(ToString::to_string).collect()
}

fn unstartable(memory: &Memory) -> Vec<String> {
    facts(memory).unstartable.iter().map(ToString::to_string).collect()
}

#[test]
fn a_command_that_is_ending_keeps_its_whole_failure() {
    let failure = large_failure();
    let memory = fold(&[stored(&settling(Some(&failure)))]);
    assert_eq!((memory.is_settling(), memory.settling()), (true, Some(&failure)));
    let cancelled = fold(&[stored(&settling(None))]);
    assert_eq!((cancelled.is_settling(), cancelled.settling()), (true, None));
    assert_eq!((Memory::default().is_settling(), Memory::default().settling()), (false, None));
    let without = JournalLine { attachment: None, ..settling(Some(&failure)) };
    assert_eq!(Memory::default().apply(&without), Err(Mismatch::NoAttachment));
}

#[test]
fn what_is_started_while_the_command_ends_was_brought_back() {
    let (start, stop) = (Operation::StartContainer, Operation::StopContainer);
    let mut journal = vec![];
    for (effect, name) in [(1, "shop-db-1"), (2, "shop-web-1"), (3, "shop-api-1"), (4, "shop-job-1")] {
        journal.extend([intent(effect, stop, name, Some(name)), outcome(effect, stop, ok())]);
    }
    journal.extend([
        intent(5, start, "shop-db-1", Some("shop-db-1")),
        outcome(5, start, ok()),
        intent(6, start, "shop-new-1", Some("c6")),
        settling(None),
        // It was not running before.
        outcome(6, start, Answer::Seen(Sighting::Running)),
        intent(7, start, "shop-web-1", Some("shop-web-1")),
        outcome(7, start, ok()),
        // Its successor.
        intent(8, start, "shop-api-1", Some("c8")),
        outcome(8, start, Answer::Seen(Sighting::Running)),
        intent(9, start, "shop-job-1", Some("shop-job-1")),
        outcome(9, start, failed(ErrorClass::StartRefused)),
    ]);
    let memory = fold(&journal);
    assert_eq!(memory.brought_back().collect::<Vec<_>>(), ["shop-api-1", "shop-web-1"]);
}

#[test]
fn a_restart_interrupts_a_container_until_it_runs_again() {
    let restart = Operation::RestartContainer;
    let asked = intent(1, restart, "shop-web-1", Some("c1"));
    let then = |answer| fold(&[asked.clone(), outcome(1, restart, answer)]);
    assert_eq!(interrupted(&fold(std::slice::from_ref(&asked))), ["c1"]);
    assert_eq!(interrupted(&then(failed(ErrorClass::Unexplained))), ["c1"]);
    assert_eq!(interrupted(&then(Answer::Seen(Sighting::Exited))), ["c1"]);
    assert_eq!(interrupted(&then(Answer::Seen(Sighting::Running))), [""; 0]);
    assert_eq!(interrupted(&then(ok())), [""; 0]);
    assert!(then(Answer::Seen(Sighting::Exited)).has_interrupted());
}

#[test]
fn a_container_that_the_engine_refuses_to_bring_up_is_remembered_until_it_is_started() {
    use Operation::{ConnectNetwork, CreateContainer, RemoveContainer, StartContainer, StopContainer};
    let refused = |operation, class| {
        fold(&[intent(1, operation, "shop-web-1", Some("c1")), outcome(1, operation, failed(class))])
    };
    assert_eq!(unstartable(&refused(StartContainer, ErrorClass::StartRefused)), ["c1"]);
    assert_eq!(unstartable(&refused(StartContainer, ErrorClass::PortTaken)), ["c1"]);
    assert_eq!(unstartable(&refused(ConnectNetwork, ErrorClass::Refused)), ["c1"]);
    // Neither what may work next time, nor what does not bring it up.
    for class in [ErrorClass::Unexplained, ErrorClass::Conflict, ErrorClass::Timeout, ErrorClass::BrokenOff] {
        assert_eq!(unstartable(&refused(StartContainer, class)), [""; 0], "{class:?}");
    }
    for operation in [RemoveContainer, StopContainer, CreateContainer] {
        assert_eq!(unstartable(&refused(operation, ErrorClass::Refused)), [""; 0], "{operation}");
    }
    // A former container was up before: what failed was a change to it.
    let former = fold(&[
        intent(1, StopContainer, "shop-web-1", Some("c1")),
        outcome(1, StopContainer, ok()),
        intent(2, ConnectNetwork, "shop-web-1", Some("c1")),
        outcome(2, ConnectNetwork, failed(ErrorClass::Refused)),
    ]);
    assert_eq!(unstartable(&former), [""; 0]);
    let started = fold(&[
        intent(1, StartContainer, "shop-web-1", Some("c1")),
        outcome(1, StartContainer, failed(ErrorClass::PortTaken)),
        intent(2, StartContainer, "shop-web-1", Some("c1")),
        outcome(2, StartContainer, ok()),
    ]);
    assert_eq!(unstartable(&started), [""; 0]);
}
