use uuid::Uuid;

use super::*;
use crate::actor::Actor;
use crate::command::{ApplyOptions, CommandPayload, Decision};
use crate::ids::VersionNumber;

use CommandStatus::{Failed, Pending, Running};

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

fn stack(number: u128) -> StackId {
    StackId(Uuid::from_u128(number))
}

/// Command `seq` of a stack.
fn command(seq: i64, number: u128, status: CommandStatus) -> Command {
    let payload = CommandPayload::Apply { version: VersionNumber(1), options: ApplyOptions::default() };
    let id = CommandId(Uuid::from_u128(u128::try_from(seq).unwrap()));
    let Decision { command, .. } =
        Command::saved(id, stack(number), payload, &Actor::from_stored("ann"), at(seq));
    Command {
        seq: Seq(seq),
        status,
        started_at: (status == Running).then(|| at(100)),
        finished_at: (status == Failed).then(|| at(200)),
        ..command
    }
}

/// A lane of these commands. Stacks 1 and 2 share a network; 3 and 4 share nothing; nothing is known about 9.
fn lane(scope: FailureScope, commands: &[Command]) -> WriteLane {
    let objects = [
        (1, ["network/a", "volume/x"]),
        (2, ["network/a", "volume/y"]),
        (3, ["network/c", "volume/z"]),
        (4, ["network/d", "volume/w"]),
    ];
    WriteLane {
        scope,
        open: commands.iter().map(OpenWrite::from).collect(),
        objects: objects
            .into_iter()
            .map(|(number, names)| (stack(number), names.map(ToOwned::to_owned).into()))
            .collect(),
    }
}

/// The next command, and what each one waits behind.
fn order(scope: FailureScope, commands: &[Command]) -> String {
    let lane = lane(scope, commands);
    let next = lane.next().map_or("none".to_owned(), |next| format!("#{}", next.seq));
    let waits = commands.iter().filter_map(|command| {
        lane.waits_behind(command)
            .map(|holder| format!("#{} behind #{} {}", command.seq, holder.seq, holder.status))
    });
    std::iter::once(format!("next {next}")).chain(waits).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_failed_command_holds_everything_unless_the_installation_chose_otherwise() {
    let queue = [command(1, 1, Failed), command(2, 3, Pending), command(3, 1, Pending)];
    assert_eq!(order(FailureScope::Everything, &queue), "next #1; #2 behind #1 FAILED; #3 behind #1 FAILED");
    assert_eq!(order(FailureScope::Related, &queue), "next #2; #3 behind #1 FAILED");
}

#[test]
fn stacks_that_share_an_object_wait_and_so_do_those_behind_them() {
    use FailureScope::Related;
    // 2 shares a network with 1, and a later command of 2 waits behind the earlier one.
    let queue =
        [command(1, 1, Failed), command(2, 2, Pending), command(3, 2, Pending), command(4, 4, Pending)];
    assert_eq!(order(Related, &queue), "next #4; #2 behind #1 FAILED; #3 behind #1 FAILED");
    // What is not known to be apart counts as related, in both directions.
    assert_eq!(
        order(Related, &[command(1, 9, Failed), command(2, 3, Pending)]),
        "next none; #2 behind #1 FAILED"
    );
    assert_eq!(
        order(Related, &[command(1, 3, Failed), command(2, 9, Pending)]),
        "next none; #2 behind #1 FAILED"
    );
}

#[test]
fn a_lane_is_blocked_when_only_a_person_can_move_it() {
    let check = |scope, commands: &[Command], blocked: bool, failed: usize| {
        let lane = lane(scope, commands);
        assert_eq!((lane.is_blocked(), lane.failed().count()), (blocked, failed), "{scope}: {commands:?}");
    };
    for scope in FailureScope::ALL {
        check(scope, &[], false, 0);
        check(scope, &[command(1, 1, Running), command(2, 1, Pending)], false, 0);
        check(scope, &[command(1, 1, Failed), command(2, 1, Pending)], true, 1);
    }
    let unrelated = [command(1, 1, Failed), command(2, 3, Pending)];
    check(FailureScope::Everything, &unrelated, true, 1);
    check(FailureScope::Related, &unrelated, false, 1);
    // A failed command behind the head holds up its own stack, and the head runs.
    check(
        FailureScope::Related,
        &[command(1, 3, Running), command(2, 1, Failed), command(3, 1, Pending)],
        false,
        1,
    );
    check(FailureScope::Related, &[command(1, 1, Failed)], false, 1);
}

#[test]
fn one_command_runs_at_a_time_and_those_that_may_start_keep_their_order() {
    use FailureScope::Related;
    let queue = [command(1, 1, Failed), command(2, 3, Running), command(3, 4, Pending)];
    assert_eq!(order(Related, &queue), "next #2; #3 behind #2 RUNNING");
    let queue = [command(1, 1, Failed), command(2, 3, Pending), command(3, 4, Pending)];
    assert_eq!(order(Related, &queue), "next #2; #3 behind #2 PENDING");
    assert_eq!(order(Related, &[]), "next none");
}

/// Who is told by whom that it waits behind a failed command, when `failed` has just failed.
fn told(scope: FailureScope, failed: usize, commands: &[Command]) -> String {
    let lines = lane(scope, commands).held_by(&commands[failed], commands);
    let line = |(seq, line): (Seq, JournalLine)| match line.entry {
        Entry::Held(holder) => format!("#{seq} behind #{} since {}", holder.seq, holder.since),
        other => panic!("{other:?}"),
    };
    lines.into_iter().map(line).collect::<Vec<_>>().join("; ")
}

#[test]
fn those_that_wait_behind_a_failure_are_told_once_with_its_time() {
    let since = at(200);
    let queue = [command(1, 1, Failed), command(2, 3, Pending), command(3, 1, Pending)];
    let both = format!("#2 behind #1 since {since}; #3 behind #1 since {since}");
    assert_eq!(told(FailureScope::Everything, 0, &queue), both);
    assert_eq!(told(FailureScope::Related, 0, &queue), format!("#3 behind #1 since {since}"));
    // Those that wait behind an earlier failure were told then.
    let queue =
        [command(1, 1, Failed), command(2, 3, Failed), command(3, 2, Pending), command(4, 3, Pending)];
    assert_eq!(told(FailureScope::Related, 1, &queue), format!("#4 behind #2 since {since}"));
    assert_eq!(told(FailureScope::Everything, 1, &queue), "");
}

#[test]
fn a_failure_writes_a_limited_number_of_lines() {
    let many = i64::try_from(TOLD).unwrap() + 20;
    let queue: Vec<_> =
        std::iter::once(command(1, 1, Failed)).chain((2..many).map(|seq| command(seq, 1, Pending))).collect();
    let lines = lane(FailureScope::Everything, &queue).held_by(&queue[0], &queue);
    assert_eq!(lines.len(), TOLD);
    assert_eq!(lines[0].0, Seq(2), "those that would start first");
}

#[test]
fn a_command_that_joins_is_told_only_about_a_failure() {
    let ann = Actor::from_stored("ann");
    let held = |status| {
        let queue = [command(1, 1, status), command(2, 1, Pending)];
        lane(FailureScope::Everything, &queue).held(&queue[1], &ann)
    };
    assert_eq!([held(Running), held(Pending)], [None, None]);
    assert_eq!(held(Failed).map(|line| (line.actor, line.epoch)), Some((ann.clone(), None)));
    let first = [command(1, 1, Failed)];
    assert_eq!(lane(FailureScope::Everything, &first).held(&first[0], &ann), None);
}

#[test]
fn it_says_since_when() {
    let [running, failed, pending] =
        [Running, Failed, Pending].map(|status| OpenWrite::from(&command(7, 1, status)));
    assert_eq!([running.since, failed.since, pending.since], [at(100), at(200), at(7)]);
}

#[test]
fn a_scope_parses_its_own_text() {
    for scope in [FailureScope::Everything, FailureScope::Related] {
        assert_eq!(scope.as_str().parse(), Ok(scope));
        assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
    }
    assert!("all".parse::<FailureScope>().is_err());
}
