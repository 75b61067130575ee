use super::*;

const CALENDAR: Policy = Policy::Calendar { percent: 40 };

/// A service that was used on the last so many weekdays before [`monday`], in these quarters of an hour from nine on.
fn used_at_nine(days: u64, quarters: &[u64]) -> Learned {
    let mut learned = Learned::default();
    let first = Timestamp::parse("2026-06-29T00:00:00Z").unwrap();
    for day in 5 - days..5 {
        for quarter in quarters {
            learned.week.used(LocalMinutes::of(first.plus(minutes(day * 1_440 + 540 + quarter * 15)), 0));
        }
    }
    learned.watched_until(at(0), 0);
    learned
}

fn ask(learned: &Learned, last_use: u64, now: u64) -> Advice {
    advise(CALENDAR, learned, &terms(), at(last_use), at(now))
}

#[test]
fn a_service_is_up_when_a_likely_slot_begins() {
    let learned = used_at_nine(5, &[0, 1]);
    assert_eq!(ask(&learned, 0, 0), stay(10));
    assert_eq!(ask(&learned, 0, 10), sleep(539), "a minute early, since it needs a minute to start");
    assert_eq!(ask(&learned, 0, 539), stay(570));
    assert_eq!(ask(&learned, 0, 569), stay(570));
    assert_eq!(ask(&learned, 0, 570), sleep(1_440 + 539), "tomorrow again");
}

#[test]
fn a_use_that_is_not_likely_enough_is_not_waited_for() {
    assert_eq!(ask(&used_at_nine(2, &[0]), 0, 20), FOREVER, "two days make 36 %");
    assert_eq!(ask(&used_at_nine(3, &[0]), 0, 20), sleep(539), "and three make 49 %");
}

#[test]
fn after_friday_the_next_slot_is_on_monday() {
    let learned = used_at_nine(5, &[0]);
    let friday = 4 * 1_440 + 600;
    assert_eq!(ask(&learned, friday, friday + 30), sleep(7 * 1_440 + 539));
}

#[test]
fn a_use_in_a_likely_slot_keeps_the_service_up_until_the_slots_end() {
    let learned = used_at_nine(5, &[0, 1, 2]);
    assert_eq!(ask(&learned, 541, 541), stay(585));
    assert_eq!(ask(&learned, 580, 580), stay(590), "the configured time counts from the last use");
}

#[test]
fn holes_that_are_too_short_to_sleep_in_are_bridged() {
    let learned = used_at_nine(5, &[0, 2]);
    assert_eq!(ask(&learned, 0, 545), stay(555));
    assert_eq!(ask(&learned, 0, 555), sleep(569), "fourteen minutes are worth it for a fast service");
    let slow = Terms { start_p90: minutes(2), stop: minutes(1), ..terms() };
    let ask = |now| advise(CALENDAR, &learned, &slow, at(0), at(now));
    assert_eq!([ask(538), ask(560), ask(584)], [stay(585), stay(585), stay(585)]);
    assert_eq!(ask(537), sleep(538));
}

#[test]
fn local_time_decides() {
    let learned = used_at_nine(5, &[0]);
    let paris = Terms { utc_offset: 120, ..terms() };
    assert_eq!(advise(CALENDAR, &learned, &paris, at(0), at(60)), sleep(419));
}

#[test]
fn a_service_that_may_not_be_started_ahead_sleeps_but_is_kept_up_as_usual() {
    let learned = used_at_nine(5, &[0, 1]);
    let held = Terms { may_prewarm: false, ..terms() };
    let ask = |last_use, now| advise(CALENDAR, &learned, &held, at(last_use), at(now));
    assert_eq!(ask(0, 20), FOREVER);
    assert_eq!(ask(0, 545), FOREVER);
    assert_eq!(ask(541, 541), stay(570), "somebody started it, so it stays up for the next");
}
