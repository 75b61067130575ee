//! Which policy would have been the best for a service, found by replaying its own traffic.
//!
//! A cold start costs somebody's patience, and an idle service costs memory. One number joins them: how many minutes of
//! idle memory a cold start is worth. Each candidate is replayed over the last two weeks, in which it learns only from what
//! was before each decision. The cheapest of the first week has to prove itself in the second: what is only luck in one
//! week is no advantage in the next.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::on_demand::eviction::gibibytes;
use crate::on_demand::idle_histogram::BIN;
use crate::on_demand::policy::{Policy, Terms};
use crate::time::Timestamp;

mod replay;
mod table;

pub use replay::Replay;

/// The time that candidates are judged on; in its first half they are chosen, in the second confirmed.
pub const WINDOW: Duration = Duration::from_hours(14 * 24);
/// Uses longer before the window than this are not replayed. In what lies between, candidates only learn.
pub const TRAINING: Duration = Duration::from_hours(14 * 24);
/// With fewer pauses in the window, every difference is chance.
const LEAST_PAUSES: u32 = 20;
/// A policy is adopted only if its cost is at most this part of the configured timeout's. A change that a person can notice
/// has to be worth more than the noise of a week.
const WORTH_A_CHANGE: f64 = 0.9;
/// And only if it saves at least as much as so many cold starts in a week. One request a little earlier or later makes a
/// cold start more or less, so smaller differences are chance in a service that is rarely used.
const COLD_STARTS_OF_CHANCE: f64 = 3.0;
/// Fixed timeouts that are tried besides the configured one, in minutes.
const FIXED: [u64; 4] = [3, 10, 30, 60];
/// Likelihoods in per cent from which on the calendars that are tried keep a service up.
const CALENDARS: [u8; 2] = [40, 25];

/// One use of a service: from when on something was in flight, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// When it began.
    pub at: Timestamp,
    /// How long something was in flight.
    pub duration: Duration,
}

/// What a back-test is made from.
#[derive(Debug, Clone, Copy)]
pub struct BackTest<'a> {
    /// The uses of the service, the oldest first. Those of [`WINDOW`] are judged; up to [`TRAINING`] more are learned from.
    pub hits: &'a [Hit],
    /// Since when all uses are known.
    pub known_since: Timestamp,
    /// Nothing from this moment on is looked at.
    pub now: Timestamp,
    /// The configured timeout and what else is known of the service.
    pub terms: Terms,
    /// How many minutes of idle memory a cold start is worth.
    pub cold_start_worth: f64,
}

/// What happened under a policy in some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Uses for which the service had to be started.
    pub cold_starts: u32,
    /// How long it was up without a use.
    pub idle: Duration,
    /// Starts before anybody asked.
    pub prewarms: u32,
}

impl Tally {
    /// Minutes of idle memory, with each cold start counted as `cold_start_worth` of them.
    pub fn cost(&self, cold_start_worth: f64) -> f64 {
        cold_start_worth * f64::from(self.cold_starts) + self.idle.as_secs_f64() / 60.0
    }

    /// Both times together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cold_starts: self.cold_starts + other.cold_starts,
            idle: self.idle + other.idle,
            prewarms: self.prewarms + other.prewarms,
        }
    }
}

/// What the back-test says about a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is the configured timeout, which the others are compared with.
    Configured,
    /// It is better and should be used.
    Adopted,
    /// Uses are not known for two weeks yet.
    TooFewDays,
    /// The service had fewer than twenty pauses.
    TooFewPauses,
    /// In the first week, it did not cost at least a tenth less than the configured timeout, or the difference is less than
    /// three cold starts.
    NotCheaper,
    /// In the first week, another one cost less, or nearly as little with less memory.
    NotCheapest,
    /// It was the cheapest of the first week, but the second did not confirm it.
    NotConfirmed,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 7] = [
        Self::Configured,
        Self::Adopted,
        Self::TooFewDays,
        Self::TooFewPauses,
        Self::NotCheaper,
        Self::NotCheapest,
        Self::NotConfirmed,
    ];

    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Adopted => "adopted",
            Self::TooFewDays => "too_few_days",
            Self::TooFewPauses => "too_few_pauses",
            Self::NotCheaper => "not_cheaper",
            Self::NotCheapest => "not_cheapest",
            Self::NotConfirmed => "not_confirmed",
        }
    }
}

/// A policy in the back-test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The policy.
    pub policy: Policy,
    /// What happened in the first week.
    pub earlier: Tally,
    /// What happened in the second.
    pub later: Tally,
    /// What follows.
    pub verdict: Verdict,
}

impl Line {
    /// Both weeks.
    pub fn tally(&self) -> Tally {
        self.earlier.plus(self.later)
    }
}

/// The result of a back-test. `Display` is a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The configured timeout first, then the others.
    pub lines: Vec<Line>,
    /// How many minutes of idle memory a cold start was worth.
    pub cold_start_worth: f64,
}

impl Comparison {
    /// The policy that should be used: the adopted one, or the configured timeout.
    pub fn chosen(&self) -> Option<&Line> {
        self.adopted().or(self.lines.first())
    }

    /// The policy that has won against the configured timeout, if one has.
    pub fn adopted(&self) -> Option<&Line> {
        self.lines.iter().find(|line| line.verdict == Verdict::Adopted)
    }

    /// The policy that cost the least in both weeks, whether it is adopted or not.
    pub fn cheapest(&self) -> Option<&Line> {
        let cost = |line: &Line| line.tally().cost(self.cold_start_worth);
        self.lines.iter().min_by(|left, right| cost(left).total_cmp(&cost(right)))
    }
}

/// How many minutes of idle memory a cold start is worth when nobody said so: 10 for a service that needs 15 s to start and
/// 1 GiB of memory, more for slow ones, less for large ones, from 3 to 120.
pub fn cold_start_worth(start_p50: Duration, memory: u64) -> f64 {
    let memory = gibibytes(memory).max(0.001);
    (10.0 * (start_p50.as_secs_f64() / 15.0) / memory).clamp(3.0, 120.0)
}

/// The policies that are compared: the configured timeout first, each once.
pub fn candidates(configured: Duration) -> Vec<Policy> {
    let mut policies = vec![Policy::Fixed(configured)];
    let fixed = FIXED.map(|minutes| Policy::Fixed(Duration::from_mins(minutes)));
    policies.extend(fixed.into_iter().filter(|policy| *policy != Policy::Fixed(configured)));
    policies.push(Policy::Hybrid);
    policies.extend(CALENDARS.map(|percent| Policy::Calendar { percent }));
    policies
}

/// Replays every candidate and decides which is adopted, if any.
pub fn compare(input: &BackTest) -> Comparison {
    let mut lines: Vec<Line> = candidates(input.terms.configured)
        .into_iter()
        .map(|policy| {
            let (earlier, later) = replayed(input, policy);
            Line { policy, earlier, later, verdict: Verdict::NotCheapest }
        })
        .collect();
    judge(&mut lines, input);
    Comparison { lines, cold_start_worth: input.cold_start_worth }
}

/// What happened under a policy in both halves of the window.
fn replayed(input: &BackTest, policy: Policy) -> (Tally, Tally) {
    let mut replay = Replay::new(known(input), input.terms);
    replay.run(policy, before(input.now, WINDOW));
    replay.take_tally();
    replay.run(policy, before(input.now, WINDOW / 2));
    let earlier = replay.take_tally();
    replay.run(policy, input.now);
    (earlier, replay.take_tally())
}

/// Of policies that cost nearly the same, the one with the least idle memory is taken: memory is measured, what a cold
/// start is worth is a guess.
fn judge(lines: &mut [Line], input: &BackTest) {
    let Some((configured, others)) = lines.split_first_mut() else {
        return;
    };
    configured.verdict = Verdict::Configured;
    if let Some(verdict) = too_little(input) {
        for line in others {
            line.verdict = verdict;
        }
        return;
    }
    let cost = |tally: &Tally| tally.cost(input.cold_start_worth);
    let (earlier, later) = (cost(&configured.earlier), cost(&configured.later));
    let is_cheaper = |line: &Line| is_worth_it(cost(&line.earlier), earlier, input.cold_start_worth);
    others.iter_mut().filter(|line| !is_cheaper(line)).for_each(|line| line.verdict = Verdict::NotCheaper);
    let cheaper = others.iter().filter(|line| is_cheaper(line));
    let least = cheaper.map(|line| cost(&line.earlier)).fold(f64::INFINITY, f64::min);
    let is_as_good = |line: &Line| is_cheaper(line) && cost(&line.earlier) * WORTH_A_CHANGE <= least;
    let as_good = others.iter_mut().filter(|line| is_as_good(line));
    if let Some(best) = as_good.min_by_key(|line| line.earlier.idle) {
        let confirmed = is_worth_it(cost(&best.later), later, input.cold_start_worth);
        best.verdict = if confirmed { Verdict::Adopted } else { Verdict::NotConfirmed };
    }
}

/// Whether a cost of a week is so much less than that of the configured timeout that it is no chance.
fn is_worth_it(cost: f64, configured: f64, cold_start_worth: f64) -> bool {
    let saved = configured - cost;
    cost <= configured * WORTH_A_CHANGE && saved >= cold_start_worth * COLD_STARTS_OF_CHANCE
}

fn too_little(input: &BackTest) -> Option<Verdict> {
    let window = before(input.now, WINDOW);
    if input.known_since > window {
        return Some(Verdict::TooFewDays);
    }
    let mut pauses = 0;
    let mut ended: Option<Timestamp> = None;
    for hit in known(input).iter().filter(|hit| hit.at >= window) {
        pauses += u32::from(ended.is_some_and(|ended| hit.at.since(ended) >= BIN));
        ended = ended.max(Some(hit.at.plus(hit.duration)));
    }
    (pauses < LEAST_PAUSES).then_some(Verdict::TooFewPauses)
}

/// The uses that count: none from the future, and none that is too old.
fn known<'a>(input: &BackTest<'a>) -> &'a [Hit] {
    let oldest = before(input.now, WINDOW + TRAINING);
    let first = input.hits.partition_point(|hit| hit.at < oldest);
    let end = input.hits.partition_point(|hit| hit.at < input.now);
    input.hits.get(first..end).unwrap_or_default()
}

fn before(instant: Timestamp, duration: Duration) -> Timestamp {
    let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(instant.as_millis().saturating_sub(millis)).unwrap_or_else(Timestamp::beginning)
}

#[cfg(test)]
mod tests;
