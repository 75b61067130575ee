//! Lines of earlier releases.

use super::*;

#[test]
fn a_journal_of_the_first_release_can_be_read() {
    let run = RunId { container: "c9".into(), started_at: now() };
    let failure = Failure::new(FailureCode::ServiceExited, Message::foreign("it ended"))
        .with_lines(vec!["bye".to_owned()]);
    let (intent, outcome) = (EventKind::Intent, EventKind::Outcome);
    let memory = fold(&[
        decoded(EventKind::Claimed, "", Value::Null),
        decoded(
            EventKind::Planned,
            "",
            json!({ "steps": 4, "effects": 3, "problems": 0, "fingerprint": "sha256:1",
                    "restarting": [run], "doomed_volumes": ["v1"] }),
        ),
        decoded(
            intent,
            "start_container",
            json!({ "effect": 1, "action": "start shop-web-1", "cause": "missing", "container": "c1" }),
        ),
        decoded(outcome, "start_container", json!({ "effect": 1, "ok": true, "took_ms": 12 })),
        decoded(
            intent,
            "stop_container",
            json!({ "effect": 2, "action": "stop", "cause": "x", "container": "c2" }),
        ),
        decoded(
            outcome,
            "stop_container",
            json!({ "effect": 2, "ok": false, "took_ms": 9, "class": "timeout", "message": "no answer" }),
        ),
        decoded(
            outcome,
            "stop_container",
            json!({ "effect": 2, "ok": false, "unknown": true, "observed": "half removed" }),
        ),
        decoded(EventKind::Progress, "rollback", json!({ "failure": failure })),
    ]);
    assert_eq!(facts(&memory).restarting, [run].into());
    assert_eq!(memory.done(), ["start shop-web-1"]);
    assert_eq!(memory.rolling_back(), Some(&failure));
    assert_eq!(open(&memory), [0; 0]);
}

#[test]
fn sentences_stored_as_bare_text_are_read_as_words_without_a_code() {
    let entry = |kind, detail| decoded(kind, "", detail).entry;
    let words = |text: &str| Message::foreign(text);
    assert_eq!(entry(EventKind::Noted, json!({ "note": "look" })), Entry::Noted(words("look")));
    assert_eq!(
        entry(EventKind::Retrying, json!({ "message": "no answer", "in_ms": 5 })),
        Entry::Retrying { message: words("no answer"), delay_ms: 5 }
    );
    assert_eq!(
        entry(EventKind::Done, json!({ "effects": 1, "notes": ["kept"] })),
        Entry::Done(Some(DoneSummary { effects: 1, notes: Notes::new(&[words("kept")]) }))
    );
    assert_eq!(
        entry(EventKind::Failed, json!({ "code": "PORT_TAKEN", "message": "taken", "subject": null })),
        Entry::Failed {
            code: FailureCode::PortTaken,
            message: words("taken"),
            also: Sentences::default(),
            subject: None
        }
    );
}
