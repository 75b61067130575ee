use uuid::Uuid;

use super::*;
use crate::actor::ActorName;
use crate::audit::{AuditEntry, ChainValue};
use crate::command::{CommandKind, CommandResult, CommandStatus};
use crate::ids::{CommandId, Seq, StackId, VersionNumber};

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

fn command() -> Command {
    Command {
        id: CommandId(Uuid::from_u128(1)),
        seq: Seq(7),
        stack_id: StackId(Uuid::from_u128(2)),
        payload: CommandPayload::Rollback {
            version: VersionNumber(3),
            refresh_images: true,
            options: crate::command::ApplyOptions::default(),
        },
        status: CommandStatus::Done,
        principal: Actor::worker(),
        created_at: at(0),
        started_at: Some(at(1)),
        finished_at: Some(at(2)),
        attempt: 1,
        retry: 2,
        fence: Some(Epoch(9)),
        claimed_by: None,
        cancel_requested_at: None,
        failure: None,
        result: Some(CommandResult { effects: 4, ..CommandResult::default() }),
    }
}

fn event(id: i64, command: &Command, entry: Entry, attachment: Option<Attachment>) -> CommandEvent {
    let line = JournalLine {
        epoch: Some(Epoch(9)),
        attempt: 1,
        attachment,
        ..JournalLine::by(Actor::worker(), entry)
    };
    CommandEvent {
        id,
        command_id: command.id,
        seq: command.seq,
        stack_id: command.stack_id,
        at: at(id),
        line,
    }
}

#[test]
fn a_command_is_read_as_it_was_written() {
    let command = command();
    let unreadable = Encoded {
        kind: EventKind::Unknown,
        op: "somersault".to_owned(),
        target: "shop-web-1".to_owned(),
        detail: serde_json::json!({"of": "a newer release", "\u{1}": "\u{2028}"}),
    };
    let baseline = Attachment::Baseline(crate::journal::Baseline::default());
    let record = RecordedCommand {
        events: vec![
            event(11, &command, Entry::Enqueued, None),
            event(12, &command, Entry::Claimed, Some(baseline)),
            event(15, &command, Entry::Cancelled(None), None),
        ],
        idempotency: Some(Idempotency { key: "k\n1".to_owned(), fingerprint: "sha256:00".to_owned() }),
        release: Some(Release {
            stack_id: command.stack_id,
            version: VersionNumber(3),
            command_id: command.id,
            at: at(2),
            images: std::collections::BTreeMap::new(),
            containers: Vec::new(),
        }),
        command,
    };
    let line = record.encode().unwrap();
    assert!(!line.contains('\n'), "{line}");
    assert_eq!(RecordedCommand::decode(&line).unwrap(), record);
    // What a newer release has written stays as it is.
    let (strange, _) = Entry::decode(unreadable.clone());
    let record = RecordedCommand { events: vec![event(1, &record.command, strange, None)], ..record };
    let again = RecordedCommand::decode(&record.encode().unwrap()).unwrap();
    assert_eq!(again.events[0].line.entry.encode().detail, unreadable.detail);
}

#[test]
fn a_request_that_cannot_be_read_stays_where_it_is() {
    let payload = CommandPayload::Unreadable { kind: CommandKind::Apply, reason: "no version".to_owned() };
    let command = Command { payload, ..command() };
    let record = RecordedCommand { command, idempotency: None, release: None, events: Vec::new() };
    assert_eq!(record.encode(), Err(RecordError("no version".to_owned())));
}

#[test]
fn an_entry_of_the_audit_is_read_as_it_was_written() {
    let name: ActorName = "ci".parse().unwrap();
    let entry = AuditEntry::token_issued(&name, &Actor::worker(), at(0), true);
    for chain in [None, Some(ChainValue::BEGINNING.next(5, &entry))] {
        let record = AuditRecord { id: 5, entry: entry.clone(), chain };
        let line = encode_audit(&record).unwrap();
        assert_eq!(decode_audit(&line).unwrap(), record);
        // Older releases have written lines without it, and read those that have it.
        assert_eq!(line.contains("chain"), chain.is_some(), "{line}");
    }
    for line in ["", "{}", "[]", "{\"id\":1}"] {
        assert!(decode_audit(line).is_err() && RecordedCommand::decode(line).is_err(), "{line}");
    }
}
