use proptest::prelude::*;

use super::*;
use crate::on_demand::week_profile::{LocalMinutes, Slot};

mod calendar;
mod guards;

/// A Monday, and midnight in UTC.
fn monday() -> Timestamp {
    Timestamp::parse("2026-07-06T00:00:00Z").unwrap()
}

fn at(minute: u64) -> Timestamp {
    monday().plus(Duration::from_mins(minute))
}

fn minutes(value: u64) -> Duration {
    Duration::from_mins(value)
}

fn terms() -> Terms {
    Terms {
        configured: minutes(10),
        start_p90: minutes(1),
        stop: Duration::from_secs(10),
        utc_offset: 0,
        may_prewarm: true,
    }
}

fn slot(minute: u64) -> Slot {
    LocalMinutes::of(at(minute), 0).slot()
}

/// A service that was used every so many minutes.
fn every(pause: u64) -> Learned {
    let mut learned = Learned::default();
    for _ in 0..60 {
        learned.pauses.record(minutes(pause));
    }
    learned
}

fn stay(minute: u64) -> Advice {
    Advice::StayUp { until: at(minute) }
}

fn sleep(minute: u64) -> Advice {
    Advice::Sleep { prewarm_at: Some(at(minute)) }
}

const FOREVER: Advice = Advice::Sleep { prewarm_at: None };

#[test]
fn a_fixed_timeout_counts_from_the_last_use() {
    let ask = |now| advise(Policy::Fixed(minutes(3)), &every(59), &terms(), at(100), at(now));
    assert_eq!([ask(100), ask(102), ask(103), ask(5_000)], [stay(103), stay(103), FOREVER, FOREVER]);
}

#[test]
fn the_histogram_waits_for_the_configured_time_while_it_predicts_nothing() {
    let learned = Learned::default();
    assert_eq!(advise(Policy::Hybrid, &learned, &terms(), at(0), at(0)), stay(10));
}

#[test]
fn between_regular_uses_the_service_sleeps_and_is_up_in_time() {
    let learned = every(100);
    let ask = |now| advise(Policy::Hybrid, &learned, &terms(), at(0), at(now));
    assert_eq!(ask(0), stay(1));
    assert_eq!(ask(1), sleep(89), "nine tenths of the usual pause, less a minute to start");
    assert_eq!(ask(88), sleep(89));
    let end = at(0).plus(minutes(101).mul_f64(1.1));
    assert_eq!(ask(89), Advice::StayUp { until: end });
    assert_eq!(ask(112), FOREVER, "it did not come");
}

#[test]
fn uses_that_follow_each_other_closely_keep_the_service_up() {
    // A monitor: sleeping in between would mean 288 starts a day.
    let ask = |now| advise(Policy::Hybrid, &every(5), &terms(), at(0), at(now));
    let end = Advice::StayUp { until: at(0).plus(minutes(6).mul_f64(1.1)) };
    assert_eq!([ask(0), ask(3)], [end, end]);
    assert_eq!(ask(7), FOREVER);
}

#[test]
fn the_shortest_sleep_is_ten_minutes_or_five_times_a_start_and_a_stop() {
    assert_eq!(terms().least_sleep(), minutes(10));
    let slow = Terms { start_p90: minutes(4), stop: minutes(1), ..terms() };
    assert_eq!(slow.least_sleep(), minutes(25));
    let ask = |terms: &Terms| advise(Policy::Hybrid, &every(25), terms, at(0), at(2));
    assert_eq!(ask(&terms()), Advice::Sleep { prewarm_at: Some(at(0).plus(Duration::from_secs(1_290))) });
    assert!(matches!(ask(&slow), Advice::StayUp { .. }), "seventeen minutes of sleep are too few for it");
}

#[test]
fn policies_have_names_for_people_and_a_stored_form() {
    let policies = [
        (Policy::Fixed(minutes(10)), "fixed 10 min"),
        (Policy::Fixed(Duration::from_secs(45)), "fixed 45 s"),
        (Policy::Hybrid, "hybrid"),
        (Policy::Calendar { percent: 25 }, "calendar 25 %"),
    ];
    for (policy, name) in policies {
        assert_eq!(policy.to_string(), name);
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }
}

#[test]
fn what_was_learned_is_the_same_when_read_back() {
    let mut learned = every(59);
    learned.began(at(0), 0, true);
    learned.ended(at(0), at(20), 0);
    learned.prewarmed(at(60), &terms());
    learned.slept(at(90), 0);
    let text = serde_json::to_string(&learned).unwrap();
    let read: Learned = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (read.last_use(), &read.week, &read.prewarms),
        (Some(at(20)), &learned.week, &learned.prewarms)
    );
    assert_eq!(read.pauses.expected(), learned.pauses.expected());
}

proptest! {
    /// Whoever asks again before the time that was named gets the same answer, so nothing flaps.
    #[test]
    fn an_answer_holds_until_the_time_it_names(
        uses in prop::collection::vec((0..7_u64, 0..96_u64), 0..40),
        pause in 1..200_u64,
        which in 0..3_usize,
        may_prewarm in any::<bool>(),
        slow in any::<bool>(),
        asked in 0..4_000_u64,
        again in 0.0..1.0_f64,
    ) {
        let mut learned = every(pause);
        for week in 0..3 {
            let mut minutes: Vec<u64> = uses.iter().map(|(day, slot)| day * 1_440 + slot * 15).collect();
            minutes.sort_unstable();
            for minute in minutes {
                learned.week.used(LocalMinutes::of(at(week * 7 * 1_440 + minute), 0));
            }
        }
        let last_use = at(3 * 7 * 1_440);
        learned.watched_until(last_use, 0);
        let policy = [Policy::Fixed(minutes(10)), Policy::Hybrid, Policy::Calendar { percent: 40 }][which];
        let start_p90 = if slow { minutes(4) } else { Duration::from_secs(20) };
        let terms = Terms { start_p90, may_prewarm, ..terms() };
        let now = last_use.plus(minutes(asked));
        let ask = |now| advise(policy, &learned, &terms, last_use, now);
        let named = match ask(now) {
            Advice::StayUp { until } => until,
            Advice::Sleep { prewarm_at } => prewarm_at.unwrap_or(now.plus(minutes(5_000))),
        };
        prop_assert!(named > now);
        let between = now.plus(named.since(now).mul_f64(again * 0.999));
        prop_assert_eq!(ask(between), ask(now));
        let announces = matches!(ask(now), Advice::Sleep { prewarm_at: Some(_) });
        prop_assert!(may_prewarm || !announces, "nobody may start it ahead");
    }
}
