use core_monitor_message::Message;
use uuid::Uuid;

use super::*;
use crate::actor::SystemPart;
use crate::command::IfMatch;
use crate::command::{
    ApplyOptions, CommandPayload, Failure, FailureCode, Finish, Lease, PowerChange, SleepMode, StackChange,
};
use crate::ids::{Epoch, VersionNumber, WorkerId};
use crate::journal::EventKind;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

fn stack(number: u128) -> StackId {
    StackId(Uuid::from_u128(number))
}

fn ann() -> Actor {
    "user:00000000-0000-0000-0000-000000000001:ann".parse().unwrap()
}

fn lease(epoch: i64) -> Lease {
    Lease { worker: WorkerId(Uuid::from_u128(99)), epoch: Epoch(epoch), expires_at: at(100) }
}

fn asked(payload: CommandPayload) -> NewCommand {
    NewCommand {
        id: CommandId(Uuid::from_u128(5)),
        stack_id: stack(1),
        payload,
        leaves_on_failure: false,
        principal: ann(),
        idempotency: None,
        if_match: IfMatch::Any,
        now: at(1),
    }
}

fn apply() -> CommandPayload {
    CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() }
}

fn found() -> Found {
    let revision = Revision { current_version: None, last_seq: Seq(1), settings: 0 };
    Found { revision, version: true, on_failure: OnFailure::Hold }
}

/// Command number `seq` of stack `number`, stored with `status`.
fn command(seq: i64, number: u128, payload: CommandPayload, status: CommandStatus) -> Command {
    let over = status.is_settled();
    let failed = status == CommandStatus::Failed;
    Command {
        seq: Seq(seq),
        stack_id: stack(number),
        payload,
        status,
        attempt: u32::from(status != CommandStatus::Pending),
        fence: (status == CommandStatus::Running).then_some(Epoch(1)),
        finished_at: over.then(|| at(2)),
        failure: failed.then(|| Failure::new(FailureCode::ServiceExited, Message::foreign("it ended"))),
        ..Command::accept(asked(apply()), Some(found())).unwrap().command
    }
}

/// A decision in one line: the command, the transition, and the kinds of lines.
fn line(decision: &Decision) -> String {
    let edge = decision.transition.map_or("-", Transition::number);
    let kinds: Vec<_> = decision.lines.iter().map(|line| line.kind().as_str()).collect();
    let Command { seq, status, .. } = &decision.command;
    format!("#{seq} {edge} {status} {}", kinds.join(" "))
}

fn lines(claiming: &Claiming) -> String {
    let all: Vec<_> = claiming.others.iter().chain(&claiming.claimed).map(line).collect();
    all.join("; ")
}

#[test]
fn every_decision_follows_an_edge_from_the_current_status() {
    let finishes = [
        Finish::Done { result: CommandResult::default(), change: Box::default() },
        Finish::Failed { failure: Failure::new(FailureCode::PortTaken, Message::foreign("taken")) },
        Finish::Cancelled {
            failure: None,
            result: CommandResult::default(),
            change: Box::new(StackChange::default()),
        },
    ];
    let mut seen = Vec::new();
    for status in CommandStatus::ALL {
        let command = command(7, 1, apply(), status);
        let mut decisions: Vec<Decision> = command.retry(&ann()).into_iter().collect();
        if let Cancelling::Now(decision) | Cancelling::Asked(decision) = command.cancel(&ann(), at(3)) {
            decisions.push(decision);
        }
        let queue = OpenQueue { write: Some(command.clone()), power: Vec::new() };
        decisions.extend(queue.claim(LaneKind::Writes, &lease(2), at(3)).claimed);
        if status == CommandStatus::Running {
            decisions.extend(finishes.iter().map(|finish| command.finish(&lease(1), finish, at(3))));
        }
        for decision in decisions {
            assert_eq!(decision.from(), Some(status), "{}", line(&decision));
            if let Some(edge) = decision.transition {
                assert_eq!(decision.command.status, edge.to());
                assert!(Transition::is_allowed(status, edge.to()));
            }
            let over = decision.command.finished_at.is_some();
            assert_eq!(over, decision.command.status.is_settled(), "{}", line(&decision));
            seen.push(line(&decision));
        }
    }
    seen.sort();
    assert_eq!(
        seen,
        [
            "#7 - RUNNING CANCEL_REQUESTED",
            "#7 T2 RUNNING CLAIMED",
            "#7 T3 DONE DONE",
            "#7 T4 FAILED FAILED",
            "#7 T5 RUNNING ADOPTED",
            "#7 T6 CANCELLED CANCELLED",
            "#7 T7 CANCELLED CANCELLED",
            "#7 T8 PENDING RETRIED",
            "#7 T9 CANCELLED CANCELLED",
        ]
    );
}

#[test]
fn refusals_are_checked_in_order() {
    let refusal = |new, found| Command::accept(new, found).unwrap_err();
    let wake = || asked(CommandPayload::wake());
    assert_eq!(refusal(wake(), None), NotAccepted::SystemOnly { kind: CommandKind::Wake });
    assert_eq!(refusal(asked(apply()), None), NotAccepted::StackNotFound);
    let without = Found { version: false, ..found() };
    assert_eq!(refusal(asked(apply()), Some(without)), NotAccepted::VersionNotFound);
    let current = found().revision;
    for other in [Revision { last_seq: Seq(9), ..current }, Revision { settings: 1, ..current }] {
        let new = NewCommand { if_match: IfMatch::Exactly(other), ..asked(apply()) };
        assert_eq!(refusal(new, Some(found())), NotAccepted::PreconditionFailed { current });
    }
}

#[test]
fn a_request_that_leaves_out_what_to_do_on_failure_gets_the_default_of_its_stack() {
    use OnFailure::{Hold, Rollback};
    let accepted = |said: Option<OnFailure>, default| {
        let payload = apply().with_on_failure(said.unwrap_or_default());
        let new = NewCommand { leaves_on_failure: said.is_none(), ..asked(payload) };
        let accepted = Command::accept(new, Some(Found { on_failure: default, ..found() })).unwrap();
        accepted.command.payload.options().unwrap().on_failure
    };
    for default in OnFailure::ALL {
        assert_eq!(accepted(None, default), default);
        assert_eq!([accepted(Some(Hold), default), accepted(Some(Rollback), default)], [Hold, Rollback]);
    }
}

#[test]
fn the_system_creates_power_changes_on_behalf_of_others() {
    let change = PowerChange::sleep(SleepMode::Pause);
    let new =
        NewCommand::power(CommandId(Uuid::from_u128(5)), stack(1), change, SystemPart::Gateway, None, at(1));
    let accepted = Command::accept(new, Some(found())).unwrap();
    assert_eq!(accepted.command.payload, CommandPayload::sleep(SleepMode::Pause));
    assert_eq!(accepted.command.principal.to_string(), "system:gateway");
    assert_eq!(accepted.command.lane().to_string(), format!("power/{}", stack(1)));
}

#[test]
fn a_saved_version_is_done_at_once() {
    let payload = CommandPayload::Create { version: VersionNumber(1) };
    let saved = Command::saved(CommandId(Uuid::nil()), stack(1), payload, &ann(), at(1));
    assert_eq!(line(&saved), "#0 T1 DONE ENQUEUED DONE");
}

#[test]
fn a_retry_starts_over_at_the_old_place() {
    let failed = command(7, 1, apply(), CommandStatus::Failed);
    let Decision { command, lines, .. } = failed.retry(&ann()).unwrap();
    assert_eq!((command.seq, command.retry, command.attempt, command.failure), (Seq(7), 1, 0, None));
    assert_eq!(lines[0].attempt, 1);
}

/// What a worker of epoch 2 claims from the lane of writes and from the power lanes.
fn claims(write: Option<Command>, power: Vec<Command>) -> [String; 2] {
    let queue = OpenQueue { write, power };
    [LaneKind::Writes, LaneKind::Power].map(|lanes| lines(&queue.claim(lanes, &lease(2), at(3))))
}

#[test]
fn a_write_and_a_power_change_of_one_stack_exclude_each_other() {
    use CommandStatus::{Failed, Pending, Running};
    let write = |seq, stack, status| Some(command(seq, stack, apply(), status));
    let wake = |seq, stack, status| command(seq, stack, CommandPayload::wake(), status);
    // Neither is blocked.
    assert_eq!(
        claims(write(3, 1, Pending), vec![wake(4, 2, Pending)]),
        ["#3 T2 RUNNING CLAIMED", "#4 T2 RUNNING CLAIMED"]
    );
    // The power change came first and has not started: the write supersedes it. A later one waits.
    assert_eq!(
        claims(write(3, 1, Pending), vec![wake(2, 1, Pending), wake(4, 1, Pending)]),
        ["#2 T7 CANCELLED CANCELLED; #3 T2 RUNNING CLAIMED", ""]
    );
    // The write is running.
    let mut mine = command(3, 1, apply(), Running);
    mine.fence = Some(Epoch(2));
    assert_eq!(claims(Some(mine.clone()), vec![wake(4, 1, Pending)]), ["", ""]);
    assert_eq!(claims(Some(mine), vec![wake(4, 2, Pending)]), ["", "#4 T2 RUNNING CLAIMED"]);
    // The power change is running: it is asked to stop, once.
    let mut running = wake(2, 1, Running);
    running.fence = Some(Epoch(2));
    assert_eq!(claims(write(3, 1, Pending), vec![running.clone()]), ["#2 - RUNNING CANCEL_REQUESTED", ""]);
    running.cancel_requested_at = Some(at(2));
    assert_eq!(claims(write(3, 1, Pending), vec![running]), ["", ""]);
    // A failed write blocks its lane, but not the power changes.
    assert_eq!(claims(write(3, 1, Failed), vec![wake(4, 1, Pending)]), ["", "#4 T2 RUNNING CLAIMED"]);
}

#[test]
fn a_failed_power_change_blocks_nothing() {
    use CommandStatus::{Failed, Pending, Running};
    let wake = |seq, stack, status| command(seq, stack, CommandPayload::wake(), status);
    let sleep = |seq, status| command(seq, 1, CommandPayload::sleep(SleepMode::Stop), status);
    assert_eq!(
        claims(Some(command(3, 1, apply(), Pending)), vec![wake(2, 1, Failed)])[0],
        "#2 T9 CANCELLED CANCELLED; #3 T2 RUNNING CLAIMED"
    );
    // The newest request counts and supersedes the others.
    assert_eq!(
        claims(None, vec![wake(1, 1, Failed), sleep(2, Pending), wake(3, 2, Failed), wake(4, 1, Pending)])[1],
        "#1 T9 CANCELLED CANCELLED; #2 T7 CANCELLED CANCELLED; #4 T2 RUNNING CLAIMED"
    );
    // One at a time per stack; a command of a dead worker comes first.
    let mut mine = sleep(1, Running);
    mine.fence = Some(Epoch(2));
    assert_eq!(claims(None, vec![mine.clone(), wake(2, 1, Pending)])[1], "");
    assert_eq!(claims(None, vec![wake(1, 2, Pending), sleep(2, Running)])[1], "#2 T5 RUNNING ADOPTED");
    assert_eq!(claims(None, vec![mine, wake(2, 2, Pending)])[1], "#2 T2 RUNNING CLAIMED");
}

#[test]
fn deleting_a_stack_cancels_its_power_changes() {
    let wake = |seq, stack, status| command(seq, stack, CommandPayload::wake(), status);
    let queue = OpenQueue {
        write: None,
        power: vec![wake(4, 1, CommandStatus::Pending), wake(5, 2, CommandStatus::Pending)],
    };
    let delete = command(3, 1, CommandPayload::delete(false), CommandStatus::Done);
    let gone: Vec<_> = queue.deleted(&delete, at(3)).iter().map(line).collect();
    assert_eq!(gone, ["#4 T7 CANCELLED CANCELLED"]);
}

#[test]
fn the_lines_of_a_worker_carry_its_epoch_and_attempt() {
    let running = command(7, 1, apply(), CommandStatus::Running);
    let queue = OpenQueue { write: Some(running), power: Vec::new() };
    let adopted = queue.claim(LaneKind::Writes, &lease(2), at(3)).claimed.unwrap();
    let line = &adopted.lines[0];
    assert_eq!((line.kind(), line.epoch, line.attempt), (EventKind::Adopted, Some(Epoch(2)), 2));
    assert_eq!(line.actor, Actor::worker());
}
