use proptest::prelude::*;

use super::*;

fn took(seconds: f64) -> StartPhases {
    StartPhases {
        queued: Duration::ZERO,
        container: Duration::from_secs_f64(seconds * 0.25),
        until_ready: Duration::from_secs_f64(seconds * 0.75),
    }
}

fn after(starts: &[f64]) -> StartTimes {
    let mut times = StartTimes::default();
    for seconds in starts {
        times.record("a", took(*seconds));
    }
    times
}

fn seconds(value: u64) -> Duration {
    Duration::from_secs(value)
}

#[test]
fn nothing_is_known_before_the_first_start() {
    let times = StartTimes::default();
    assert_eq!((times.p50(), times.p99(), times.left(Duration::ZERO)), (None, None, None));
    assert!(!times.is_longer_than_usual(seconds(1_000)));
    assert_eq!(times.default_timeout(), Duration::from_mins(5));
    assert!(times.progress(seconds(15)) > 0.79);
}

#[test]
fn percentiles_are_of_whole_starts_and_phases_are_known_apart() {
    let mut times = StartTimes::default();
    for until_ready in [6, 7, 8] {
        let phases =
            StartPhases { queued: seconds(1), container: seconds(2), until_ready: seconds(until_ready) };
        times.record("a", phases);
    }
    assert_eq!((times.p50(), times.p90()), (Some(seconds(10)), Some(seconds(11))));
    assert_eq!(times.usual(Phase::Queued), Some(seconds(1)));
    assert_eq!(times.usual(Phase::Container), Some(seconds(2)));
    assert_eq!(times.usual(Phase::UntilReady), Some(seconds(7)));
}

#[test]
fn one_very_long_start_changes_the_timeout_but_not_the_estimate() {
    let times = after(&[10.0, 10.0, 10.0, 90.0]);
    assert_eq!(times.p50(), Some(seconds(10)));
    assert_eq!(times.p99(), Some(seconds(90)));
    assert_eq!(times.default_timeout(), Duration::from_mins(6));
}

#[test]
fn the_default_timeout_has_limits() {
    assert_eq!(after(&[2.0]).default_timeout(), Duration::from_mins(1));
    assert_eq!(after(&[20.0]).default_timeout(), seconds(80));
    assert_eq!(after(&[400.0]).default_timeout(), Duration::from_mins(10));
}

#[test]
fn newer_starts_weigh_more() {
    let mut starts = vec![40.0; 16];
    starts.extend([10.0; 9]);
    assert_eq!(after(&starts).p50(), Some(seconds(10)), "nine of 25, but the newest");
}

#[test]
fn only_the_last_starts_are_kept() {
    let mut starts = vec![300.0; 5];
    starts.extend([10.0; KEPT]);
    let times = after(&starts);
    assert_eq!(times.count(), KEPT);
    assert_eq!(times.left(seconds(20)), None, "the long ones are forgotten");
}

#[test]
fn the_time_left_follows_the_starts_that_took_longer() {
    let times = after(&[10.0, 10.0, 30.0]);
    assert_eq!(times.seconds_left(Duration::ZERO), Some(10));
    assert_eq!(times.seconds_left(Duration::from_millis(3_500)), Some(7), "6.5 s, rounded up");
    assert_eq!(times.seconds_left(seconds(12)), Some(18), "it is one of the slow starts");
    assert_eq!(times.seconds_left(seconds(30)), None, "no start took that long");
    assert!(!times.is_longer_than_usual(seconds(30)));
    assert!(times.is_longer_than_usual(seconds(31)));
}

#[test]
fn the_bar_is_at_four_fifths_at_the_usual_time_and_stops_before_the_end() {
    let times = after(&[10.0]);
    assert!(times.progress(Duration::ZERO).abs() < 1e-9);
    assert!((times.progress(seconds(10)) - 0.798).abs() < 0.001);
    assert!((times.progress(seconds(600)) - 0.95).abs() < 1e-9);
}

#[test]
fn a_new_definition_keeps_the_old_median_until_three_new_starts() {
    let mut times = after(&[20.0, 20.0, 20.0, 20.0]);
    times.follow("b");
    assert_eq!((times.count(), times.p50()), (0, Some(seconds(20))));
    times.record("b", took(5.0));
    assert_eq!((times.p50(), times.p99()), (Some(seconds(5)), Some(seconds(20))));
    times.record("b", took(5.0));
    assert_eq!(times.p99(), Some(seconds(20)), "two starts may both be exceptions");
    times.record("b", took(5.0));
    assert_eq!(times.p99(), Some(seconds(5)));
}

#[test]
fn two_new_definitions_in_a_row_do_not_forget_the_guess() {
    let mut times = after(&[20.0]);
    times.follow("b");
    times.follow("c");
    assert_eq!(times.p50(), Some(seconds(20)));
}

#[test]
fn a_guess_is_used_until_there_are_starts() {
    let mut times = StartTimes::seeded(seconds(12));
    assert_eq!((times.p50(), times.seconds_left(seconds(2))), (Some(seconds(12)), Some(10)));
    assert_eq!(times.record("a", took(8.0)), Some(0.5), "12 s were expected and 8 s it took");
}

#[test]
fn stored_times_are_the_same_when_read_back_and_small() {
    let times = after(&[12.345; KEPT]);
    let text = serde_json::to_string(&times).unwrap();
    assert_eq!(serde_json::from_str::<StartTimes>(&text).unwrap(), times);
    assert!(text.len() < 600, "{} bytes", text.len());
}

/// The goal: after five starts, the estimate is at most a quarter off. Starts are noisy as real ones are: mostly within a
/// third of the usual time, and one of eight two to four times as long because the host was busy.
#[test]
fn after_five_noisy_starts_the_estimate_is_at_most_a_quarter_off() {
    let mut random = 1_u64;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(random >> 32).unwrap()) / f64::from(u32::MAX)
    };
    let services = 2_000;
    let mut errors = Vec::new();
    for _ in 0..services {
        let usual = 2.0 + 58.0 * next();
        let starts: Vec<f64> = (0..5)
            .map(|_| {
                let noise = 1.0 + (next() + next() + next() - 1.5) / 1.5 * 0.33;
                let busy = if next() < 0.125 { 2.0 + 2.0 * next() } else { 1.0 };
                usual * noise * busy
            })
            .collect();
        errors.push((after(&starts).p50().unwrap().as_secs_f64() / usual - 1.0).abs());
    }
    errors.sort_by(f64::total_cmp);
    let (half, most) = (errors[services / 2], errors[services * 97 / 100]);
    assert!(half < 0.1 && most <= 0.25, "median error {half:.3}, error of 97 % {most:.3}");
}

proptest! {
    /// However wrong a minority of the starts is, the estimate stays within the range of the others.
    #[test]
    fn two_of_five_starts_may_be_arbitrarily_long(
        usual in 1.0..120.0_f64,
        noise in prop::collection::vec(0.8..1.25_f64, 5),
        outliers in prop::collection::btree_set(0..5_usize, 0..=2),
        factor in 2.0..50.0_f64,
    ) {
        let starts: Vec<f64> = (0..5)
            .map(|at| usual * if outliers.contains(&at) { factor } else { noise[at] })
            .collect();
        let p50 = after(&starts).p50().unwrap().as_secs_f64();
        prop_assert!((p50 / usual - 1.0).abs() <= 0.251, "{p50} for {starts:?}");
    }

    #[test]
    fn percentiles_and_progress_are_ordered(starts in prop::collection::vec(0.1..600.0_f64, 1..40), at in 0..900_u64) {
        let times = after(&starts);
        prop_assert!(times.p50() <= times.p90() && times.p90() <= times.p99());
        prop_assert!(times.progress(seconds(at)) <= times.progress(seconds(at + 1)));
        prop_assert!(times.progress(seconds(at)) <= 0.95);
        prop_assert!(times.seconds_left(seconds(at)) != Some(0));
    }
}
