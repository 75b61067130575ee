//! A damaged line of the record is shown as it is stored, and stops only the worker that needs it.

use core_monitor_domain::ids::Seq;
use core_monitor_domain::journal::{CommandEvent, Entry, Memory};
use core_monitor_domain::ports::EventFilter;
use serde_json::Value;

use super::{run, shell};
use crate::fixture::{Fixture, at, intent};

/// A running command with one intent, whose line was changed by `damage`; and the id of that line.
async fn damaged(damage: &str) -> (Fixture, Seq, i64) {
    let f = Fixture::sqlite().await;
    let stack = f.stack("web").await.stack.id;
    f.apply(stack).await;
    let lease = f.lease(1).await;
    let seq = f.claim(&lease, 2).await;
    f.worker.record(&lease, seq, vec![intent(1, "shop-web-1")], at(3)).await.unwrap();
    let line = events(&f, EventFilter::default()).await.pop().unwrap().id;
    let db = shell(&f).await;
    run(&db, "DROP TRIGGER command_event_is_immutable").await.unwrap();
    run(&db, &damage.replace("LINE", &line.to_string())).await.unwrap();
    (f, seq, line)
}

async fn events(f: &Fixture, filter: EventFilter) -> Vec<CommandEvent> {
    f.queue.events(&EventFilter { limit: 100, ..filter }).await.unwrap()
}

#[tokio::test]
async fn a_detail_that_is_no_json_is_listed_as_text_and_stops_the_worker() {
    let text = r#"{"effect": 1, "act"#;
    let (f, seq, line) =
        damaged(&format!("UPDATE command_event SET detail = '{text}' WHERE event_id = LINE")).await;
    let all = events(&f, EventFilter::default()).await;
    let command = all.iter().find(|event| event.id == line).unwrap().command_id;
    let of_command = events(&f, EventFilter { command_id: Some(command), ..EventFilter::default() }).await;
    for list in [all, of_command] {
        let shown = list.iter().find(|event| event.id == line).unwrap();
        let Entry::Unreadable(shown) = &shown.line.entry else { panic!("{shown:?}") };
        assert_eq!((shown.target.as_str(), &shown.detail), ("shop-web-1", &Value::from(text)));
        assert!(shown.reason.starts_with("detail: it is not JSON: EOF"), "{}", shown.reason);
    }
    let error = Memory::read(&f.worker.journal(seq).await.unwrap()).unwrap_err();
    assert_eq!((error.event, error.seq), (line, seq));
}

#[tokio::test]
async fn an_attachment_that_cannot_be_read_stops_the_worker_at_its_line() {
    for content in ["{\"kind\": \"lin", "[]", "{\"kind\": \"later\"}"] {
        let (f, seq, line) =
            damaged(&format!("INSERT INTO command_attachment VALUES (LINE, '{content}')")).await;
        let shown = events(&f, EventFilter::default()).await.pop().unwrap();
        assert!(matches!(shown.line.entry, Entry::Intent(_)), "lists do not read attachments: {shown:?}");
        let error = Memory::read(&f.worker.journal(seq).await.unwrap()).unwrap_err();
        assert_eq!((error.event, error.seq), (line, seq));
        let why = error.source.to_string();
        assert_eq!(why, "this version cannot read the attachment");
    }
}
