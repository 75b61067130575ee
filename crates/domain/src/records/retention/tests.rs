use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + second * 1_000).unwrap()
}

fn facts() -> impl Strategy<Value = CommandFacts> {
    let status = prop::sample::select(CommandStatus::ALL.to_vec());
    (0_u64..100, status, prop::option::of(-400_i64..400), any::<bool>(), any::<bool>()).prop_map(
        |(seq, status, day, is_last, is_referred_to)| {
            let seq = Seq(i64::try_from(seq).unwrap());
            let finished_at = day.map(|day| at(day * 86_400));
            CommandFacts { seq, status, finished_at, is_last, is_referred_to }
        },
    )
}

proptest! {
    #[test]
    fn what_is_needed_never_leaves(command in facts(), days in 1_u64..500) {
        let keep = RecordRetention { commands: Duration::from_hours(days * 24), ..RecordRetention::default() };
        let stays = keep.stays(&command, at(0));
        let is_open = !matches!(command.status, CommandStatus::Done | CommandStatus::Cancelled);
        let is_young = command.finished_at.is_none_or(|end| at(0).since(end) <= keep.commands);
        if is_open || is_young || command.is_last {
            prop_assert_eq!(stays, Stays::Everything);
        } else if command.is_referred_to {
            prop_assert_eq!(stays, Stays::Command);
        } else {
            prop_assert_eq!(stays, Stays::Nothing, "nothing is kept for ever");
        }
    }

    #[test]
    fn longer_retention_keeps_at_least_as_much(command in facts(), days in 1_u64..400, more in 0_u64..400) {
        let keep = |days: u64| RecordRetention {
            commands: Duration::from_hours(days * 24),
            ..RecordRetention::default()
        };
        prop_assert!(keep(days + more).stays(&command, at(0)) >= keep(days).stays(&command, at(0)));
    }
}

#[test]
fn records_wait_for_others_but_not_for_ever() {
    let worth = |count, day: i64| RecordRetention::is_worth_a_file(count, at(0), at(day * 86_400));
    assert!(!worth(0, 1_000));
    assert!(!worth(1, 7) && worth(1, 8));
    assert!(!worth(RecordRetention::ENOUGH - 1, 1) && worth(RecordRetention::ENOUGH, 0));
}

#[test]
fn a_time_before_all_times_is_not_needed() {
    let keep = RecordRetention { audit: Duration::MAX, ..RecordRetention::default() };
    // Nothing is that old.
    assert!(keep.audit_before(at(0)) < at(-86_400 * 365 * 1_000));
    assert_eq!(keep.commands_before(at(90 * 86_400)), at(0));
}
