//! Failures with many sentences, as this release stores them and as the one before did.

use std::fmt::Write as _;

use core_monitor_application::server::{CreateStack, Form};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{ApplyOptions, CommandPayload, CommandStatus, FailureCode, OnFailure};
use core_monitor_domain::ids::{CommandId, VersionNumber};
use core_monitor_domain::journal::Entry;
use core_monitor_domain::ports::EventFilter;
use core_monitor_domain::stack_version::Source;
use core_monitor_simulation::engine::{ForeignContainer, SimImage};
use serde_json::json;

use crate::installation::Installation;
use crate::old_database::{DUMP, write_database};

const APPLY: &str = "01a227c0-409c-7d80-b17d-726879fd6010";

#[tokio::test]
async fn a_failure_with_seventy_reasons_can_be_read_again() {
    let installation = Installation::new().await;
    installation.engine.add_image(SimImage::new("web:1"));
    let mut yaml = String::from("services:\n");
    for number in 0..70 {
        writeln!(yaml, "  s{number:02}: {{ image: 'web:1', restart: always }}").unwrap();
        let (name, image) = (format!("shop-s{number:02}-1"), "web:1".to_owned());
        let foreign = ForeignContainer { name, image, ..ForeignContainer::default() };
        installation.engine.run_foreign(foreign).unwrap();
    }
    let request = CreateStack {
        name: Some("shop".to_owned()),
        on_failure: OnFailure::Hold,
        form: Form::Text,
        source: Source::single("compose.yaml", yaml.as_str()),
        comment: String::new(),
        idempotency: None,
    };
    let alice = Actor::from_stored("alice");
    let stack = installation.server.create_stack(&alice, request).await.unwrap().saved.stack.id;
    let apply = CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() };
    let command = installation.carry_out(&alice, stack, apply).await;
    let failure = command.failure.unwrap();
    assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::NameForeign));
    assert!(failure.text().ends_with("; and 59 more"), "{}", failure.text());
    let filter = EventFilter { command_id: Some(command.id), limit: 1_000, ..EventFilter::default() };
    let events = installation.database.command_queue().events(&filter).await.unwrap();
    assert_eq!(events.last().unwrap().line.entry, Entry::failed(&failure));
}

/// The dump with its last command rolling back, because of a failure with thirty sentences inside each other, when its worker
/// was killed.
fn killed_while_rolling_back() -> String {
    let waiting = r#""plan_id":"01a227c0-3896-7bbf-9060-3fdf408ead66","on_failure":"hold","readiness":"ready"}','PENDING','admin',NULL,NULL,1795963240604,NULL,NULL,0,0,NULL,NULL,NULL,NULL,NULL);"#;
    let running = r#""plan_id":null,"on_failure":"rollback","readiness":"ready"}','RUNNING','admin',NULL,NULL,1795963240604,1795963240700,NULL,1,0,1,'01a227c0-0799-73ab-947b-b6a71ef195e9',NULL,NULL,NULL);"#;
    let enqueued =
        "INSERT INTO command_event VALUES(28,4,1795963240604,'ENQUEUED','admin',NULL,0,'','','null');\n";
    let mut message = json!({"code": "name_in_use", "text": "the first reason"});
    for number in 1..30 {
        let text = format!("reasons up to {number}");
        let params = json!({"first": message, "code": "NAME_FOREIGN", "other": "another"});
        message = json!({"code": "also_in_the_way", "params": params, "text": text});
    }
    let failure =
        json!({"code": "NAME_FOREIGN", "message": message, "hint": null, "subject": null, "logs": []});
    let detail = json!({"failure": failure, "lines": 0});
    let begun = format!(
        "INSERT INTO command_event VALUES(29,4,1795963240700,'CLAIMED','worker',1,1,'','','null');
INSERT INTO command_event VALUES(30,4,1795963240710,'PROGRESS','worker',1,1,'rollback','','{detail}');
"
    );
    assert_eq!(
        (DUMP.matches(waiting).count(), DUMP.matches(enqueued).count()),
        (1, 1),
        "the dump has changed"
    );
    DUMP.replace(waiting, running).replace(enqueued, &format!("{enqueued}{begun}"))
}

#[tokio::test]
async fn a_failure_of_the_release_before_is_read_and_added_to() {
    let folder = tempfile::tempdir().unwrap();
    write_database(folder.path(), &killed_while_rolling_back()).await;
    let installation = Installation::over(folder).await;
    installation.engine.add_image(SimImage::new("test/busybox:1"));
    let id: CommandId = APPLY.parse().unwrap();
    let command = installation.settle(id).await;
    let failure = command.failure.unwrap();
    // The release names an image by a digest that nobody has here, so going back fails too.
    assert_eq!((command.status, failure.code), (CommandStatus::Failed, FailureCode::NameForeign));
    assert_eq!(failure.message.code(), "also_in_the_way");
    assert!(
        failure.text().starts_with("reasons up to 29; the rollback failed too, IMAGE_UNAVAILABLE: "),
        "{}",
        failure.text()
    );
}
