//! What the script of a page is sent.

use core_monitor_waiting_page::{Hold, Phase, StatusDocument};

use crate::fixture::progress;

fn sent(phase: Phase<'_>) -> String {
    serde_json::to_string(&StatusDocument::from(&progress(phase))).unwrap()
}

#[test]
fn a_start_is_sent_with_its_times() {
    assert_eq!(
        sent(Phase::Starting),
        r#"{"phase":"starting","generation":7,"elapsed_ms":5000,"p50_ms":12000,"p90_ms":20000,"reason":null,"lines":[]}"#
    );
}

#[test]
fn a_failure_is_sent_with_its_reason_and_harmless_lines() {
    let lines = ["\u{1b}[31mno\u{1b}[0m".to_owned()];
    let text = sent(Phase::Failed { reason: "exit code 1", detail: "no\u{7}image", lines: &lines });
    assert!(
        text.contains("\"reason\":\"exit code 1\",\"detail\":\"no\u{fffd}image\",\"lines\":[\"no\"]"),
        "{text}"
    );
}

#[test]
fn a_held_service_is_sent_with_what_it_waits_for() {
    assert!(sent(Phase::Held(Hold::ForMemory)).ends_with(r#""held":{"cause":"memory","detail":null}}"#));
    assert!(
        sent(Phase::Held(Hold::ForAnother("plex")))
            .ends_with(r#""held":{"cause":"another","detail":"plex"}}"#)
    );
    assert!(
        sent(Phase::Held(Hold::UntilOpening("8"))).ends_with(r#""held":{"cause":"opening","detail":"8"}}"#)
    );
}

#[test]
fn a_ready_service_is_sent_as_such_and_can_be_read_back() {
    let ready = StatusDocument::ready(8);
    let text = serde_json::to_string(&ready).unwrap();
    assert!(text.starts_with(r#"{"phase":"ready","generation":8,"#), "{text}");
    assert_eq!(serde_json::from_str::<StatusDocument>(&text).unwrap(), ready);
}
