use super::*;

const GIB: u64 = 1 << 30;

#[test]
fn two_wasted_starts_ahead_in_a_row_switch_the_slot_off() {
    let mut prewarms = Prewarms::default();
    for day in 0..2 {
        assert!(!prewarms.is_off(slot(540)));
        prewarms.began(slot(day * 1_440 + 540));
        prewarms.slept(slot(day * 1_440 + 570));
    }
    let off: Vec<bool> = [525, 540, 555, 570].map(|minute| prewarms.is_off(slot(minute))).to_vec();
    assert_eq!(off, [false, true, true, false], "the slots that it was up in");
    assert_eq!(*prewarms.counts(), Counts { hits: 0, wasted: 2, missed: 0 });
}

#[test]
fn a_use_between_two_wasted_starts_keeps_the_slot_on() {
    let mut prewarms = Prewarms::default();
    for (day, used) in [(0, false), (1, true), (2, false)] {
        prewarms.began(slot(day * 1_440 + 540));
        if used {
            prewarms.used(slot(day * 1_440 + 560), false);
        }
        prewarms.slept(slot(day * 1_440 + 570));
    }
    assert!(!prewarms.is_off(slot(540)));
    assert_eq!(*prewarms.counts(), Counts { hits: 1, wasted: 2, missed: 0 });
}

#[test]
fn a_use_that_comes_by_itself_switches_its_slot_on_again() {
    let mut prewarms = Prewarms::default();
    for day in 0..2 {
        prewarms.began(slot(day * 1_440 + 540));
        prewarms.slept(slot(day * 1_440 + 570));
    }
    prewarms.used(slot(2 * 1_440 + 541), true);
    assert_eq!([540, 555].map(|minute| prewarms.is_off(slot(minute))), [false, true]);
    assert_eq!(prewarms.counts().missed, 1);
}

#[test]
fn a_sleep_after_a_use_is_no_waste() {
    let mut prewarms = Prewarms::default();
    prewarms.used(slot(540), true);
    prewarms.used(slot(541), false);
    prewarms.slept(slot(560));
    assert_eq!(*prewarms.counts(), Counts { hits: 0, wasted: 0, missed: 1 });
}

#[test]
fn a_slot_that_is_off_gets_no_start_ahead_from_any_policy() {
    let mut learned = every(100);
    for day in 0..5 {
        learned.week.used(LocalMinutes::of(at(day * 1_440 + 540), 0));
    }
    learned.watched_until(at(7 * 1_440), 0);
    let monday = 7 * 1_440;
    let calendar = |learned: &Learned| {
        advise(Policy::Calendar { percent: 40 }, learned, &terms(), at(monday), at(monday + 60))
    };
    let hybrid =
        |learned: &Learned| advise(Policy::Hybrid, learned, &terms(), at(monday + 451), at(monday + 500));
    assert_eq!((calendar(&learned), hybrid(&learned)), (sleep(monday + 539), sleep(monday + 540)));
    for day in [2, 3] {
        learned.prewarmed(at(day * 1_440 + 539), &terms());
        learned.slept(at(day * 1_440 + 555), 0);
    }
    assert_eq!((calendar(&learned), hybrid(&learned)), (FOREVER, FOREVER));
    assert!(!learned.prewarms.is_off(slot(539)), "the start was ahead of its slot, not for the one before");
}

#[test]
fn a_service_that_is_held_or_has_failed_is_never_started_ahead() {
    let host = Host { memory: 8 * GIB, prewarmed: 0, share: 25 };
    let ask = |standing| prewarm_leave(standing, GIB, &host);
    assert_eq!(ask(Standing::Sleeping), Ok(()));
    assert_eq!(ask(Standing::Held), Err(PrewarmRefusal::Held));
    assert_eq!(ask(Standing::Failed), Err(PrewarmRefusal::Failed));
    assert_eq!(ask(Standing::Up), Err(PrewarmRefusal::Up));
}

#[test]
fn starts_ahead_take_no_more_than_their_share_of_the_memory() {
    let host = |prewarmed| Host { memory: 8 * 100, prewarmed, share: 25 };
    assert_eq!(prewarm_leave(Standing::Sleeping, 100, &host(100)), Ok(()));
    let refusal = PrewarmRefusal::ShareUsed { wanted: 201, allowed: 200 };
    assert_eq!(prewarm_leave(Standing::Sleeping, 101, &host(100)), Err(refusal));
    let none = Host { share: 0, ..host(0) };
    assert!(prewarm_leave(Standing::Sleeping, 1, &none).is_err());
}

#[test]
fn a_service_that_stays_up_in_any_case_needs_no_slot() {
    let mut learned = every(12);
    for day in 0..2 {
        learned.prewarms.began(slot(day * 1_440));
        learned.prewarms.slept(slot(day * 1_440 + 15));
    }
    assert!(learned.prewarms.is_off(slot(2 * 1_440 + 9)));
    let asked = at(2 * 1_440);
    let advice = advise(Policy::Hybrid, &learned, &terms(), asked, asked.plus(minutes(3)));
    assert_eq!(advice, Advice::StayUp { until: asked.plus(minutes(13).mul_f64(1.1)) });
}
