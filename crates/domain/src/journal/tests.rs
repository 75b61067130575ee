use std::collections::BTreeSet;

use core_monitor_message::Message;
use serde_json::{Value, json};

use super::*;
use crate::build_policy::BuildPolicy;
use crate::command::{CommandKind, CommandStatus, Failure, FailureCode, OpenWrite, Sentences};
use crate::ids::ContainerId;
use crate::image::ImageRef;
use crate::observation::{ApiVersion, EngineFacts, HostObservation, Observation};
use crate::plan::Operation;
use crate::planner::Facts;
use crate::protection::Protected;
use crate::stack::RunId;
use crate::text::{Label, Line};

mod earlier;
mod ending;

fn now() -> Timestamp {
    Timestamp::parse("2026-01-26T10:00:00Z").unwrap()
}

fn line(entry: Entry) -> JournalLine {
    JournalLine { epoch: Some(Epoch(1)), attempt: 1, ..JournalLine::by(Actor::worker(), entry) }
}

fn intent(effect: u64, operation: Operation, target: &str, container: Option<&str>) -> JournalLine {
    line(Entry::Intent(Intent {
        effect: EffectNumber(effect),
        operation,
        target: target.into(),
        container: container.map(ContainerId::from),
        hook: None,
        action: Message::foreign(format!("{operation} {target}")),
        cause: Message::foreign("missing"),
        step: None,
        step_id: None,
        putting: None,
    }))
}

fn outcome(effect: u64, operation: Operation, answer: Answer) -> JournalLine {
    let effect = EffectNumber(effect);
    line(Entry::Outcome(Outcome { effect, operation, target: "".into(), took_ms: Some(1), answer }))
}

fn ok() -> Answer {
    Answer::succeeded(Made::Nothing, &[])
}

fn failed(class: ErrorClass) -> Answer {
    Answer::Failed { class, message: Message::foreign("it did not work"), tolerated: false }
}

fn fold(lines: &[JournalLine]) -> Memory {
    let mut memory = Memory::default();
    for line in lines {
        memory.apply(line).unwrap();
    }
    memory
}

fn facts(memory: &Memory) -> Facts {
    let engine = EngineFacts {
        id: "engine".to_owned(),
        version: "20.10.24".to_owned(),
        api: ApiVersion { major: 1, minor: 41 },
        os: "linux".to_owned(),
        arch: "amd64".to_owned(),
    };
    let host = HostObservation {
        taken_at: now(),
        engine,
        stacks_dir: None,
        builds: BuildPolicy::default(),
        protected: Protected::default(),
        networks: Vec::new(),
        volumes: Vec::new(),
        images: Vec::new(),
        occupants: Vec::new(),
        spoofed: Vec::new(),
        edited_files: Vec::new(),
    };
    memory.facts(&Observation { host, containers: Vec::new() }, &[], &BTreeSet::new())
}

fn open(memory: &Memory) -> Vec<u64> {
    memory.open().map(|intent| intent.effect.0).collect()
}

#[test]
fn outcomes_become_facts_and_other_effects_stay_open() {
    use Operation::{PullImage, StartContainer, StopContainer};
    let memory = fold(&[
        line(Entry::Claimed),
        line(Entry::Planned(Planned::default())),
        intent(1, PullImage, "app:1", None),
        intent(2, StopContainer, "shop-web-1", Some("c1")),
        outcome(1, PullImage, ok()),
        intent(3, StartContainer, "shop-web-1", Some("c2")),
        intent(4, StartContainer, "shop-db-1", Some("c3")),
        outcome(3, StartContainer, ok()),
        outcome(4, StartContainer, failed(ErrorClass::Conflict)),
    ]);
    assert_eq!(facts(&memory).pulled, [ImageRef::from("app:1")].into());
    assert_eq!(facts(&memory).started, [ContainerId::from("c2")].into());
    assert_eq!(memory.done(), ["pull_image app:1", "start_container shop-web-1"]);
    assert_eq!(memory.stopping(), &[ContainerId::from("c1")].into());
    assert_eq!((memory.last_effect(), memory.has_begun()), (EffectNumber(4), true));
    assert_eq!(open(&memory), [2]);
}

#[test]
fn a_lost_answer_stays_open_until_the_engine_was_looked_at() {
    let start = Operation::StartContainer;
    let lost = [intent(1, start, "shop-web-1", Some("c1")), outcome(1, start, failed(ErrorClass::Timeout))];
    assert_eq!(open(&fold(&lost)), [1]);
    let seen = |sighting| fold(&[&lost[..], &[outcome(1, start, Answer::Seen(sighting))]].concat());
    assert_eq!(open(&seen(Sighting::Running)), [0; 0]);
    assert_eq!(facts(&seen(Sighting::Running)).started, [ContainerId::from("c1")].into());
    assert!(facts(&seen(Sighting::Exited)).started.is_empty());
}

#[test]
fn only_adoptions_without_any_effect_or_handover_count_as_crashes() {
    let pull = Operation::PullImage;
    let mut journal = vec![line(Entry::Adopted), line(Entry::Adopted)];
    assert_eq!(fold(&journal).crashes(), 2);
    journal.extend([intent(1, pull, "app:1", None), line(Entry::Adopted)]);
    assert_eq!(fold(&journal).crashes(), 3);
    journal.extend([outcome(1, pull, ok()), line(Entry::Adopted)]);
    assert_eq!(fold(&journal).crashes(), 1);
    journal.extend([line(Entry::Handover), line(Entry::Adopted)]);
    assert_eq!(fold(&journal).crashes(), 1);
}

#[test]
fn workers_that_die_while_they_only_wait_are_not_counted_as_crashes() {
    use Operation::{AwaitHealthy, StartContainer};
    let report = Report::State { state: "starting".into(), until: None };
    let waits = line(Entry::Progress(StepProgress { operation: AwaitHealthy, target: "db".into(), report }));
    let adopted = || line(Entry::Adopted);
    let started = [intent(1, StartContainer, "db", Some("c1")), outcome(1, StartContainer, ok())];
    let mut journal = [&started[..], &[waits.clone(), adopted(), waits.clone(), adopted()]].concat();
    assert_eq!((fold(&journal).crashes(), fold(&journal).interrupted_waits()), (0, 2));
    // A plan of waits alone is a wait too; an attempt that never got that far, or that died over an effect, is none.
    let only_waits = line(Entry::Planned(Planned { steps: 2, effects: 0, ..Planned::default() }));
    journal.extend([only_waits, adopted(), adopted()]);
    assert_eq!((fold(&journal).crashes(), fold(&journal).interrupted_waits()), (1, 3));
    journal.extend([waits, intent(2, StartContainer, "web", Some("c2")), adopted()]);
    assert_eq!((fold(&journal).crashes(), fold(&journal).interrupted_waits()), (2, 3));
    journal.extend([outcome(2, StartContainer, ok())]);
    assert_eq!((fold(&journal).crashes(), fold(&journal).interrupted_waits()), (0, 0));
    assert_eq!(fold(&journal).worst(), Deaths { working: 2, waiting: 3 });
}

#[test]
fn a_container_started_after_its_stop_does_not_count_as_stopped() {
    use Operation::{StartContainer, StopContainer};
    let stop = [intent(1, StopContainer, "shop-web-1", Some("c1")), outcome(1, StopContainer, ok())];
    let start = [intent(2, StartContainer, "shop-web-1", Some("c1")), outcome(2, StartContainer, ok())];
    assert_eq!(fold(&stop).stopping(), &[ContainerId::from("c1")].into());
    assert!(fold(&[stop, start].concat()).stopping().is_empty());
}

#[test]
fn warnings_and_tolerated_failures_become_notes() {
    use Operation::{CreateContainer, PreStop};
    let warned = Answer::succeeded(Made::Container("c1".into()), &["no swap".to_owned()]);
    let message = Message::foreign("it ended with exit code 3");
    let tolerated = Answer::Failed { class: ErrorClass::CommandFailed, message, tolerated: true };
    let memory = fold(&[
        intent(1, CreateContainer, "shop-web-1", None),
        outcome(1, CreateContainer, warned),
        intent(2, PreStop, "shop-web-1", Some("c1")),
        outcome(2, PreStop, tolerated),
        line(Entry::Noted(Message::foreign("look at this"))),
    ]);
    assert_eq!(
        memory.notes(),
        [
            "`shop-web-1`: no swap",
            "continued although it ended with exit code 3: pre_stop shop-web-1",
            "look at this",
        ]
    );
    assert_eq!(memory.done(), ["create_container shop-web-1"]);
}

/// A failure of maximum size.
fn large_failure() -> Failure {
    let lines = (0..80).map(|line| format!("{line:02} {}", "x".repeat(5_000))).collect();
    Failure::new(FailureCode::ServiceExited, Message::foreign("m".repeat(9_000)))
        .with_hint(Message::foreign("h".repeat(9_000)))
        .about("s".repeat(9_000))
        .with_lines(lines)
        .and_all((0..80).map(|_| Message::foreign("n".repeat(9_000))))
}

fn rolling_back(failure: &Failure) -> JournalLine {
    let mut head = failure.clone();
    let lines = std::mem::take(&mut head.logs);
    let count = u32::try_from(lines.len()).unwrap();
    let entry = Entry::RollingBack { failure: Box::new(head), lines: count };
    JournalLine { attachment: Some(Attachment::Lines { lines }), ..line(entry) }
}

#[test]
fn a_rollback_keeps_its_whole_failure_and_forgets_what_the_failed_version_started() {
    let start = Operation::StartContainer;
    let failure = large_failure();
    assert_eq!((failure.logs.len(), failure.logs[0].len()), (Failure::LINES, 4_096));
    assert!(failure.logs[0].starts_with("30 "), "the last lines are the ones that matter");
    let memory = fold(&[
        intent(1, start, "shop-web-1", Some("c1")),
        outcome(1, start, ok()),
        stored(&rolling_back(&failure)),
    ]);
    assert_eq!(memory.rolling_back(), Some(&failure));
    assert!(facts(&memory).started.is_empty());
}

fn baseline(containers: u32) -> Baseline {
    let run = |n| RunId { container: ContainerId(format!("{n:064x}")), started_at: now() };
    Baseline {
        restarting: (0..containers).map(run).collect(),
        doomed_volumes: (0..containers).map(|n| format!("{n:064x}")).collect(),
    }
}

#[test]
fn the_runs_of_a_thousand_containers_are_read_back_whole() {
    let all = baseline(1_000);
    let planned = Planned { baseline: true, ..Planned::default() };
    let attachment = Some(Attachment::Baseline(all.clone()));
    let memory = fold(&[stored(&JournalLine { attachment, ..line(Entry::Planned(planned)) })]);
    assert!(memory.has_baseline() && !Memory::default().has_baseline());
    assert_eq!(facts(&memory).restarting, all.restarting);
    assert_eq!(facts(&memory).doomed_volumes, all.doomed_volumes);
}

/// The line as it comes back from a store.
fn stored(line: &JournalLine) -> JournalLine {
    let Encoded { kind, op, target, detail } = line.entry.encode();
    let detail = serde_json::from_str(&detail.to_string()).unwrap();
    let (entry, inline) = Entry::decode(Encoded { kind, op, target, detail });
    let attachment = line.attachment.as_ref().map(|attachment| attachment.encode().to_string());
    let attachment = attachment.map(|stored| Attachment::decode(&stored).unwrap());
    JournalLine { entry, attachment: attachment.or(inline), ..line.clone() }
}

/// One entry of each form, of maximum size.
fn largest() -> Vec<JournalLine> {
    let sentence = || Message::foreign("\u{1}".repeat(5_000));
    let label = || Label::new("\u{1}".repeat(5_000));
    let many = |n: usize| vec!["\u{1}".repeat(5_000); n];
    let step =
        |report| Entry::Progress(StepProgress { operation: Operation::BuildImage, target: label(), report });
    let by_outcome = |answer| {
        Entry::Outcome(Outcome {
            effect: EffectNumber(u64::MAX),
            operation: Operation::CreateContainer,
            target: label(),
            took_ms: Some(u64::MAX),
            answer,
        })
    };
    let notes = || Notes::new(&many(300).into_iter().map(Message::foreign).collect::<Vec<_>>());
    let code = FailureCode::ServiceExited;
    let entries = vec![
        Entry::Enqueued,
        Entry::Held(OpenWrite {
            seq: Seq(i64::MAX),
            id: CommandId(uuid::Uuid::max()),
            stack_id: StackId(uuid::Uuid::max()),
            kind: CommandKind::Rollback,
            status: CommandStatus::Failed,
            since: now(),
        }),
        Entry::Claimed,
        Entry::Adopted,
        Entry::Planned(Planned { steps: 9, effects: 8, blockers: 7, baseline: false }),
        Entry::Intent(Intent {
            effect: EffectNumber(u64::MAX),
            operation: Operation::PostStart,
            target: label(),
            container: Some("c".repeat(64).as_str().into()),
            hook: Some(u32::MAX),
            action: sentence(),
            cause: sentence(),
            step: None,
            step_id: None,
            putting: None,
        }),
        by_outcome(Answer::succeeded(Made::Container("c1".into()), &many(50))),
        by_outcome(Answer::succeeded(Made::Network(crate::ids::NetworkId("n1".to_owned())), &[])),
        by_outcome(Answer::succeeded(Made::Image(crate::ids::ImageId::from("sha256:1")), &[])),
        by_outcome(ok()),
        by_outcome(Answer::Seen(Sighting::HalfRemoved)),
        by_outcome(Answer::Failed { class: ErrorClass::CommandFailed, message: sentence(), tolerated: true }),
        step(Report::State { state: "starting".into(), until: None }),
        step(Report::Pull { status: "Pulling".into(), layers: 1, current: 2, total: 3 }),
        step(Report::build(Some(&"\u{1}".repeat(5_000)), &many(60), 4)),
        Entry::Folder(FolderChange::of(&many(30), &many(30), &many(30))),
        rolling_back(&large_failure()).entry,
        ending::settling(Some(&large_failure())).entry,
        ending::settling(None).entry,
        Entry::Handover,
        Entry::Noted(sentence()),
        Entry::Retrying { message: sentence(), delay_ms: u64::MAX },
        Entry::CancelRequested,
        Entry::Done(None),
        Entry::Done(Some(DoneSummary { effects: 3, notes: notes() })),
        Entry::Failed { code, message: sentence(), also: large_failure().also, subject: Some(label()) },
        Entry::Cancelled(None),
        Entry::Cancelled(Some(CancelledSummary { code: Some(code), notes: notes() })),
        Entry::Retried,
    ];
    entries.into_iter().map(line).collect()
}

#[test]
fn every_entry_round_trips_within_the_size_limit() {
    let mut kinds: Vec<_> = largest().iter().map(JournalLine::kind).collect();
    for line in largest() {
        let encoded = line.entry.encode();
        // A control character takes six bytes in JSON, the most of any character relative to its size.
        let bytes = encoded.detail.to_string().len() + encoded.target.len();
        assert!(bytes <= 6 * 70_000, "{:?} {} has {bytes} bytes", encoded.kind, encoded.op);
        assert_eq!(stored(&line), line);
    }
    kinds.dedup();
    // What this version does not know it never writes.
    for kind in EventKind::ALL.iter().filter(|kind| **kind != EventKind::Unknown) {
        assert!(kinds.contains(kind), "no entry of kind {} is tried", kind.as_str());
    }
}

fn decoded(kind: EventKind, op: &str, detail: Value) -> JournalLine {
    let encoded = Encoded { kind, op: op.to_owned(), target: "shop-web-1".to_owned(), detail };
    let (entry, attachment) = Entry::decode(encoded);
    JournalLine { attachment, ..line(entry) }
}

#[test]
fn unreadable_lines_stop_the_worker_but_are_listed_as_stored() {
    let cut = json!({ "truncated": "{\"failure\":{\"code\"", "bytes": 200_000 });
    let unreadable = [
        decoded(EventKind::Progress, "rollback", cut.clone()),
        decoded(EventKind::Planned, "", cut.clone()),
        decoded(EventKind::Intent, "start_container", json!({ "effect": "one" })),
        decoded(EventKind::Intent, "explode", json!({ "effect": 1, "action": "a", "cause": "c" })),
        decoded(EventKind::Outcome, "start_container", json!({ "effect": 1, "ok": false })),
        decoded(
            EventKind::Planned,
            "",
            json!({ "steps": 1, "effects": 1, "problems": 0, "fingerprint": "f", "restarting": [] }),
        ),
    ];
    for line in unreadable {
        assert!(matches!(Memory::default().apply(&line), Err(Mismatch::Unreadable(_))), "{line:?}");
    }
    let shown = decoded(EventKind::Progress, "rollback", cut.clone()).entry.encode();
    assert_eq!((shown.op.as_str(), shown.target.as_str(), shown.detail), ("rollback", "shop-web-1", cut));
}

/// The reasons are for people: they name the field as it is stored, and no type of this program.
#[test]
fn the_reason_says_which_field_is_missing_or_wrong() {
    let (intent, outcome, progress) = (EventKind::Intent, EventKind::Outcome, EventKind::Progress);
    let cases = [
        (intent, json!("cut of"), "detail: it is a string instead of an object"),
        (intent, Value::Null, "detail: it is null instead of an object"),
        (intent, json!({ "effect": 1, "cause": "c" }), "detail: missing field `action`"),
        (
            intent,
            json!({ "effect": "one", "action": "a", "cause": "c" }),
            "detail: `effect` is not as expected",
        ),
        (
            intent,
            json!({ "effect": 1, "action": "a", "cause": "c", "hook": -1 }),
            "detail: `hook` is not as expected",
        ),
        (outcome, json!({ "effect": 1, "ok": 1 }), "detail: `ok` is not as expected"),
        (
            EventKind::Failed,
            json!({ "code": "LATER", "message": "m", "subject": null }),
            "detail: `code` is not as expected",
        ),
        (
            EventKind::Planned,
            json!({ "steps": 1, "effects": {}, "blockers": 0 }),
            "detail: `effects` is not as expected",
        ),
        (progress, json!({ "status": 1 }), "detail: its fields are not those of such a line"),
    ];
    for (kind, detail, reason) in cases {
        let line = decoded(kind, "start_container", detail);
        assert_eq!(Memory::default().apply(&line), Err(Mismatch::Unreadable(reason.to_owned())), "{line:?}");
    }
    let attachment = Attachment::decode("[1]").unwrap_err();
    assert_eq!(attachment.to_string(), "this version cannot read the attachment");
}

#[test]
fn an_inconsistent_journal_is_reported_with_its_position() {
    let start = Operation::StartContainer;
    let event = |id, line| CommandEvent {
        id,
        command_id: "0194f1c3-0d1f-7a42-9c0e-51b2a7f3c9aa".parse().unwrap(),
        seq: Seq(42),
        stack_id: "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10".parse().unwrap(),
        at: now(),
        line,
    };
    let journal = [event(7, intent(1, start, "a", None)), event(8, intent(1, start, "b", None))];
    let error = Memory::read(&journal).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(error.to_string(), "event 8 of command 42 cannot be read");
    assert_eq!(source, "effect 1 has two intents");
    let journal = [event(9, outcome(3, start, ok()))];
    assert_eq!(Memory::read(&journal).unwrap_err().source, Mismatch::NoIntent(EffectNumber(3)));
    let lines = [rolling_back(&large_failure())].map(|line| JournalLine { attachment: None, ..line });
    assert_eq!(Memory::default().apply(&lines[0]), Err(Mismatch::NoAttachment));
    let planned = line(Entry::Planned(Planned { baseline: true, ..Planned::default() }));
    let other = Some(Attachment::Lines { lines: vec![Line::new("x")] });
    assert_eq!(
        Memory::default().apply(&JournalLine { attachment: other, ..planned }),
        Err(Mismatch::NoAttachment)
    );
}
