//! What the prediction has to reach on made-up traffic of nine kinds of services, and what it may never cost.

use std::fmt::Write;
use std::sync::LazyLock;
use std::time::Duration;

use super::super::*;
use super::traffic::{ALL, Archetype, UTC_OFFSET, start};

/// How many minutes of idle memory a cold start is worth in these tests.
const WORTH: f64 = 45.0;
const SEEDS: u64 = 3;
/// The judged days of one archetype with all seeds.
const DAYS: u32 = 3 * 14;

fn day(number: u64) -> Timestamp {
    start().plus(Duration::from_hours(24 * number))
}

fn terms() -> Terms {
    Terms {
        configured: Duration::from_mins(10),
        start_p90: Duration::from_secs(20),
        stop: Duration::from_secs(5),
        utc_offset: UTC_OFFSET,
        may_prewarm: true,
    }
}

/// The judged two weeks of a service whose policy is chosen anew each night from the fifteenth day on, and those of the
/// fixed timeout.
fn lived(hits: &[Hit], cold_start_worth: f64) -> (Tally, Tally) {
    let mut live = Replay::new(hits, terms());
    for today in 0..35 {
        let now = day(today);
        let input = BackTest { hits, known_since: start(), now, terms: terms(), cold_start_worth };
        let policy = compare(&input).chosen().unwrap().policy;
        if today == 21 {
            live.take_tally();
        }
        live.run(policy, day(today + 1));
    }
    let mut fixed = Replay::new(hits, terms());
    fixed.run(Policy::Fixed(terms().configured), day(21));
    fixed.take_tally();
    fixed.run(Policy::Fixed(terms().configured), day(35));
    (live.take_tally(), fixed.take_tally())
}

/// Both over all seeds and archetypes, the cost of each archetype against the fixed timeout's, and all of it as a table.
struct Judged {
    chosen: Tally,
    fixed: Tally,
    /// Archetype, seed, and the cost as a share of what the fixed timeout costs.
    costs: Vec<(Archetype, u64, f64)>,
    table: String,
}

fn judged(worth: f64) -> Judged {
    let mut table =
        format!("\n{:<18}{:>10}{:>10}{:>10}{:>10}{:>8}\n", "", "FIXED", "IDLE", "CHOSEN", "IDLE", "COST");
    let (mut chosen, mut fixed, mut costs) = (Tally::default(), Tally::default(), Vec::new());
    let mut row = |name: &str, services: u32, ours: Tally, theirs: Tally| {
        let days = f64::from(DAYS * services);
        let per_day = |tally: Tally| f64::from(tally.cold_starts) / days;
        let idle = |tally: Tally| tally.idle.as_secs_f64() / days / 864.0;
        writeln!(
            table,
            "{name:<18}{:>10.2}{:>8.1} %{:>10.2}{:>8.1} %{:>8.3}",
            per_day(theirs),
            idle(theirs),
            per_day(ours),
            idle(ours),
            ours.cost(worth) / theirs.cost(worth)
        )
        .unwrap();
    };
    for archetype in ALL {
        let (mut ours, mut theirs) = (Tally::default(), Tally::default());
        for seed in 1..=SEEDS {
            let (live, baseline) = lived(&archetype.traffic(seed, 35), worth);
            costs.push((archetype, seed, live.cost(worth) / baseline.cost(worth)));
            (ours, theirs) = (ours.plus(live), theirs.plus(baseline));
        }
        row(&format!("{archetype:?}"), 1, ours, theirs);
        (chosen, fixed) = (chosen.plus(ours), fixed.plus(theirs));
    }
    row("mean", 9, chosen, fixed);
    Judged { chosen, fixed, costs, table }
}

/// Made once for the tests that look at it from two sides.
static JUDGED: LazyLock<Judged> = LazyLock::new(|| judged(WORTH));

#[test]
fn half_of_the_cold_starts_are_saved_for_less_than_twice_the_idle_memory() {
    let Judged { chosen, fixed, table, .. } = &*JUDGED;
    let cold_starts = f64::from(chosen.cold_starts) / f64::from(fixed.cold_starts);
    let idle = chosen.idle.as_secs_f64() / fixed.idle.as_secs_f64();
    assert!(cold_starts <= 0.5, "{cold_starts:.3} of the cold starts are left\n{table}");
    assert!(idle <= 1.8, "{idle:.3} times the idle memory\n{table}");
    assert!(chosen.cost(WORTH) <= 0.7 * fixed.cost(WORTH), "{table}");
}

#[test]
fn where_nothing_can_be_predicted_the_cost_is_that_of_the_fixed_timeout() {
    let Judged { costs, table, .. } = &*JUDGED;
    for (archetype, seed, cost) in costs {
        let limit = match archetype {
            Archetype::Poisson30 | Archetype::Rare => 1.02,
            // Two weeks of a service may differ from the two before.
            _ => 1.15,
        };
        assert!(
            *cost <= limit,
            "{archetype:?} with seed {seed} costs {cost:.3} of the fixed timeout\n{table}"
        );
    }
}

#[test]
fn whatever_a_cold_start_is_worth_the_choice_costs_less_than_the_fixed_timeout() {
    for worth in [5.0, 120.0] {
        let Judged { chosen, fixed, table, .. } = judged(worth);
        let cost = chosen.cost(worth) / fixed.cost(worth);
        assert!(cost <= 0.9, "{cost:.3} of the fixed timeout's cost with {worth}\n{table}");
    }
}
