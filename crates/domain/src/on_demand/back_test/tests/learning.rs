//! A policy knows nothing of what comes after the moment it decides.

use proptest::prelude::*;

use super::super::*;
use super::traffic::{ALL, Archetype, start};
use super::{at, hourly, input, minutes, terms};

#[test]
fn what_happens_after_now_changes_nothing() {
    for archetype in ALL {
        let hits = archetype.traffic(3, 28);
        let now = input(&hits, 20).now;
        let past: Vec<Hit> = hits.iter().copied().filter(|hit| hit.at < now).collect();
        assert!(past.len() < hits.len());
        assert_eq!(compare(&input(&hits, 20)), compare(&input(&past, 20)), "{archetype:?}");
    }
}

#[test]
fn what_is_too_old_changes_nothing() {
    let hits = hourly(50);
    let recent: Vec<Hit> = hits.iter().copied().filter(|hit| hit.at >= input(&hits, 22).now).collect();
    assert_eq!(compare(&input(&hits, 50)), compare(&input(&recent, 50)));
}

#[test]
fn the_first_days_of_a_regular_service_are_as_cold_as_with_a_fixed_timeout() {
    let hits = hourly(3);
    let cold_starts = |policy, until| {
        let mut replay = Replay::new(&hits, terms(10));
        replay.run(policy, start().plus(minutes(until)));
        replay.take_tally().cold_starts
    };
    assert_eq!(cold_starts(Policy::Hybrid, 11 * 60), 11, "nothing is known about an hourly job yet");
    assert_eq!(
        cold_starts(Policy::Hybrid, 48 * 60),
        13,
        "thirteen uses make twelve pauses, which are enough"
    );
    assert_eq!(cold_starts(Policy::Calendar { percent: 25 }, 48 * 60), 48, "two days are learned from");
    assert_eq!(cold_starts(Policy::Calendar { percent: 25 }, 72 * 60), 48, "and the third is right");
}

#[test]
fn starts_ahead_that_were_wasted_stop_by_themselves() {
    // Two weeks of office hours, and then nobody comes any more.
    let hits = Archetype::Office.traffic(2, 14);
    let mut replay = Replay::new(&hits, terms(10));
    let policy = Policy::Calendar { percent: 25 };
    replay.run(policy, start().plus(minutes(14 * 1_440)));
    let before = *replay.learned().prewarms.counts();
    assert!(before.hits >= 7, "{before:?}");
    replay.take_tally();
    replay.run(policy, start().plus(minutes(35 * 1_440)));
    let tally = replay.take_tally();
    let wasted = replay.learned().prewarms.counts().wasted - before.wasted;
    assert_eq!(u64::from(tally.prewarms), wasted);
    assert!((2..=6).contains(&wasted), "{wasted} starts ahead for nobody");
}

proptest! {
    /// The decisions until a moment are the same, whatever comes after it.
    #[test]
    fn the_future_does_not_reach_back(
        begins in prop::collection::btree_set(0..30_000_u64, 20..200),
        later in prop::collection::btree_set(30_000..60_000_u64, 0..50),
        which in 0..7_usize,
    ) {
        let past = at(begins.iter().copied());
        let all = at(begins.iter().chain(&later).copied());
        let policy = candidates(minutes(10))[which];
        let end = start().plus(minutes(30_000));
        let mut short = Replay::new(&past, terms(10));
        let mut long = Replay::new(&all, terms(10));
        short.run(policy, end);
        long.run(policy, end);
        prop_assert_eq!(short.take_tally(), long.take_tally());
        prop_assert_eq!(short.learned(), long.learned());
    }

    /// Idle time and time in use never exceed the time that passed, and no policy has more cold starts than uses.
    #[test]
    fn a_tally_is_possible(begins in prop::collection::btree_set(0..20_000_u64, 1..300), which in 0..7_usize) {
        let hits = at(begins.iter().copied());
        let mut replay = Replay::new(&hits, terms(10));
        replay.run(candidates(minutes(10))[which], start().plus(minutes(20_000)));
        let tally = replay.take_tally();
        let uses = u64::try_from(hits.len()).unwrap();
        prop_assert!(tally.idle + minutes(uses - 1) <= minutes(20_000));
        prop_assert!(u64::from(tally.cold_starts) <= uses && tally.cold_starts >= 1);
    }
}
