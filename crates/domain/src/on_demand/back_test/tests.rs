mod acceptance;
mod learning;
mod traffic;

use super::*;
use traffic::{UTC_OFFSET, start};

fn terms(configured: u64) -> Terms {
    Terms {
        configured: Duration::from_mins(configured),
        start_p90: Duration::from_secs(20),
        stop: Duration::from_secs(5),
        utc_offset: UTC_OFFSET,
        may_prewarm: true,
    }
}

fn minutes(value: u64) -> Duration {
    Duration::from_mins(value)
}

/// Uses of a minute each at these minutes.
fn at(begins: impl IntoIterator<Item = u64>) -> Vec<Hit> {
    let hit = |minute| Hit { at: start().plus(minutes(minute)), duration: minutes(1) };
    begins.into_iter().map(hit).collect()
}

fn run(hits: &[Hit], policy: Policy, until: u64) -> Tally {
    let mut replay = Replay::new(hits, terms(10));
    replay.run(policy, start().plus(minutes(until)));
    replay.take_tally()
}

fn input(hits: &[Hit], days: u64) -> BackTest<'_> {
    let now = start().plus(Duration::from_hours(24 * days));
    BackTest { hits, known_since: start(), now, terms: terms(10), cold_start_worth: 45.0 }
}

fn hourly(days: u64) -> Vec<Hit> {
    at((0..days * 24).map(|hour| hour * 60))
}

fn verdicts(comparison: &Comparison) -> Vec<Verdict> {
    comparison.lines.iter().map(|line| line.verdict).collect()
}

#[test]
fn a_use_within_the_timeout_finds_the_service_up() {
    let tally = run(&at([0, 5, 30]), Policy::Fixed(minutes(10)), 60);
    // Up from 1 to 5, from 6 to 16 and from 31 to 41.
    assert_eq!(tally, Tally { cold_starts: 2, idle: minutes(24), prewarms: 0 });
}

#[test]
fn a_use_at_the_very_end_of_the_timeout_finds_the_service_up() {
    assert_eq!(run(&at([0, 11]), Policy::Fixed(minutes(10)), 12).cold_starts, 1);
    assert_eq!(run(&at([0, 12]), Policy::Fixed(minutes(10)), 13).cold_starts, 2);
}

#[test]
fn time_in_use_is_not_idle_and_uses_at_the_same_time_are_one() {
    let hits = [
        Hit { at: start(), duration: minutes(60) },
        Hit { at: start().plus(minutes(5)), duration: minutes(1) },
        Hit { at: start().plus(minutes(59)), duration: minutes(31) },
    ];
    let tally = run(&hits, Policy::Fixed(minutes(10)), 120);
    assert_eq!(tally, Tally { cold_starts: 1, idle: minutes(10), prewarms: 0 });
    let nested = run(&hits[..2], Policy::Fixed(minutes(10)), 120);
    assert_eq!(nested.idle, minutes(10), "the timeout counts from the end of the longer one");
}

#[test]
fn nothing_is_counted_before_the_first_use_or_without_any() {
    assert_eq!(run(&[], Policy::Hybrid, 10_000), Tally::default());
    assert_eq!(run(&at([5_000]), Policy::Calendar { percent: 25 }, 4_000), Tally::default());
}

#[test]
fn a_replay_in_two_parts_is_the_same_as_in_one() {
    let hits = traffic::Archetype::Office.traffic(5, 14);
    for policy in candidates(minutes(10)) {
        let whole = run(&hits, policy, 14 * 1_440);
        let mut replay = Replay::new(&hits, terms(10));
        for day in 1..=14 {
            replay.run(policy, start().plus(minutes(day * 1_440)));
        }
        assert_eq!(replay.take_tally(), whole, "{policy}");
        assert!(whole.cold_starts > 0);
    }
}

#[test]
fn the_configured_timeout_comes_first_and_only_once() {
    assert_eq!(candidates(minutes(10)).len(), 7);
    let names: Vec<String> = candidates(minutes(5)).iter().map(Policy::to_string).collect();
    let expected = [
        "fixed 5 min",
        "fixed 3 min",
        "fixed 10 min",
        "fixed 30 min",
        "fixed 60 min",
        "hybrid",
        "calendar 40 %",
        "calendar 25 %",
    ];
    assert_eq!(names, expected);
}

#[test]
fn the_cost_joins_cold_starts_and_idle_minutes() {
    let tally = Tally { cold_starts: 3, idle: minutes(100), prewarms: 9 };
    assert!((tally.cost(45.0) - 235.0).abs() < 1e-9);
}

#[test]
fn a_cold_start_is_worth_more_of_a_slow_service_and_less_of_a_large_one() {
    let gib = 1_u64 << 30;
    let worth = |seconds, memory| cold_start_worth(Duration::from_secs(seconds), memory);
    assert!((worth(15, gib) - 10.0).abs() < 1e-9);
    assert!((worth(45, gib) - 30.0).abs() < 1e-9);
    assert!((worth(15, 2 * gib) - 5.0).abs() < 1e-9);
    assert!((worth(45, 13 * gib / 2) - 30.0 / 6.5).abs() < 1e-9, "the document's largest service");
    assert!((worth(5, 64 * gib) - 3.0).abs() < 1e-9, "not less than 3");
    assert!((worth(10, gib / 20) - 120.0).abs() < 1e-9, "not more than 120");
    assert!((worth(10, 0) - 120.0).abs() < 1e-9);
}

#[test]
fn an_hourly_job_is_worth_adopting_the_histogram() {
    let hits = hourly(20);
    let comparison = compare(&input(&hits, 20));
    let chosen = comparison.chosen().unwrap();
    assert_eq!((chosen.policy, chosen.verdict), (Policy::Hybrid, Verdict::Adopted));
    assert_eq!(chosen.tally().cold_starts, 0);
    assert_eq!(comparison.cheapest(), Some(chosen));
    assert_eq!(comparison.lines.first().unwrap().tally().cold_starts, 14 * 24);
}

#[test]
fn nothing_is_adopted_before_two_weeks_are_known() {
    let hits = hourly(20);
    let mut early = input(&hits, 14);
    assert!(verdicts(&compare(&early)).contains(&Verdict::Adopted));
    early.known_since = start().plus(minutes(1));
    let comparison = compare(&early);
    assert!(verdicts(&comparison)[1..].iter().all(|verdict| *verdict == Verdict::TooFewDays));
    assert_eq!(comparison.chosen().unwrap().policy, Policy::Fixed(minutes(10)));
}

#[test]
fn nothing_is_adopted_from_fewer_than_twenty_pauses() {
    // The uses before the window are learned from, but do not count.
    let uses = |count| at((0..100).map(|at| at * 30).chain((0..count).map(|at| 6 * 1_440 + 900 * at)));
    let judged = |hits: &[Hit]| verdicts(&compare(&input(hits, 20)))[1];
    assert_eq!(judged(&uses(20)), Verdict::TooFewPauses, "nineteen pauses");
    let future = at((0..100).map(|after| 20 * 1_440 + after * 30));
    assert_eq!(judged(&[uses(20), future].concat()), Verdict::TooFewPauses, "others are still to come");
    assert_ne!(judged(&uses(21)), Verdict::TooFewPauses);
}

#[test]
fn what_was_better_in_the_first_week_only_is_not_adopted() {
    // For a week, a use every 25 minutes, which a timeout of half an hour is best for; after that, one every hour and a half.
    let week = 7 * 1_440;
    let hits = at((0..week / 25).map(|at| at * 25).chain((0..week / 90).map(|at| week + at * 90)));
    let mut input = input(&hits, 14);
    input.cold_start_worth = 20.0;
    let comparison = compare(&input);
    assert!(verdicts(&comparison).contains(&Verdict::NotConfirmed), "{comparison}");
    assert_eq!(comparison.chosen().unwrap().verdict, Verdict::Configured, "{comparison}");
}

#[test]
fn of_two_that_cost_nearly_the_same_the_one_with_less_memory_is_taken() {
    let policy = |minutes| Policy::Fixed(Duration::from_mins(minutes));
    let tally = |cold_starts, idle| Tally { cold_starts, idle: minutes(idle), prewarms: 0 };
    let mut lines = [(10, 20, 100), (60, 0, 500), (30, 5, 300)].map(|(timeout, cold_starts, idle)| Line {
        policy: policy(timeout),
        earlier: tally(cold_starts, idle),
        later: tally(cold_starts, idle),
        verdict: Verdict::NotCheapest,
    });
    let hits = hourly(14);
    judge(&mut lines, &input(&hits, 14));
    assert_eq!(lines.map(|line| line.verdict), [Verdict::Configured, Verdict::NotCheapest, Verdict::Adopted]);
}

#[test]
fn a_difference_of_less_than_three_cold_starts_in_a_week_is_chance() {
    let verdict = |saved: u32| {
        let tally = |cold_starts| Tally { cold_starts, idle: minutes(3), prewarms: 0 };
        let mut lines = [(10, 9), (30, 9 - saved)].map(|(timeout, cold_starts)| Line {
            policy: Policy::Fixed(minutes(timeout)),
            earlier: tally(cold_starts),
            later: tally(cold_starts),
            verdict: Verdict::NotCheapest,
        });
        let hits = hourly(14);
        judge(&mut lines, &input(&hits, 14));
        lines[1].verdict
    };
    assert_eq!((verdict(2), verdict(3)), (Verdict::NotCheaper, Verdict::Adopted));
}

#[test]
fn a_service_that_costs_nothing_keeps_its_timeout() {
    let mut lines = [10, 3].map(|timeout| Line {
        policy: Policy::Fixed(minutes(timeout)),
        earlier: Tally::default(),
        later: Tally::default(),
        verdict: Verdict::NotCheapest,
    });
    let hits = hourly(14);
    judge(&mut lines, &input(&hits, 14));
    assert_eq!(lines[1].verdict, Verdict::NotCheaper);
}

#[test]
fn the_table_shows_every_policy_with_its_verdict() {
    // The window begins on the first Sunday, so the calendars see their second weekend in it.
    let hits = hourly(20);
    let expected = "\
POLICY          COLD  AHEAD IDLE MIN   WEEK 1   WEEK 2  VERDICT
fixed 10 min     336      0     3360     9240     9240  configured
fixed 3 min      336      0     1008     8064     8064  not the cheapest
fixed 30 min     336      0    10080    12600    12600  not much cheaper
fixed 60 min       0      0    19824     9912     9912  not much cheaper
hybrid             0    336     2430     1215     1215  adopted
calendar 40 %     48    289     4608     4360     2408  not the cheapest
calendar 25 %     24    313     4712     3384     2408  not the cheapest
";
    assert_eq!(compare(&input(&hits, 20)).to_string(), expected);
}

#[test]
fn a_stored_comparison_is_the_same_when_read_back() {
    let hits = hourly(20);
    let comparison = compare(&input(&hits, 20));
    let text = serde_json::to_string(&comparison).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), comparison);
}
