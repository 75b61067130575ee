//! What is written down about one service while the gateway runs: its uses, its lives, and what was learned from them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use core_monitor_domain::command::PowerCause;
use core_monitor_domain::on_demand::experience::{PredictionOutcome, RecordedStart};
use core_monitor_domain::on_demand::house::{LastStart, PolicyAdvice, StartFailure};
use core_monitor_domain::on_demand::policy::{Advice, Policy, Terms, advise};
use core_monitor_domain::on_demand::report::Saving;
use core_monitor_domain::on_demand::week_profile::LocalMinutes;
use core_monitor_domain::on_demand::{Day, DayNumber, Experience, Reported};
use core_monitor_domain::time::Timestamp;

/// A pause shorter than this ends no use.
const ONE_USE: Duration = Duration::from_mins(1);
/// How long a service stays awake after a use where a policy wants it asleep.
const LINGER: Duration = Duration::from_mins(1);
/// The figures of the worker are of whole five minutes, and come that much later.
const FIGURES_LATE: Duration = Duration::from_mins(6);

/// What a use says about the predictions of its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turnout {
    /// A start ahead of it was made.
    Expected,
    /// It had to wait for a start that nobody had expected.
    Missed,
}

impl Turnout {
    /// What became of a prediction; `None` if there was none.
    pub(super) fn outcome(self) -> Option<PredictionOutcome> {
        match self {
            Self::Expected => Some(PredictionOutcome::Hit),
            Self::Missed => None,
        }
    }
}

/// One service.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// What was learned, in this run of the gateway and in earlier ones.
    pub(super) experience: Experience,
    /// The days that are not over, and those that were not stored yet.
    days: BTreeMap<DayNumber, Day>,
    /// What has to be stored.
    unsaved_days: BTreeSet<DayNumber>,
    pub(super) experience_unsaved: bool,
    /// How it stood when that was last reported.
    pub(super) reported: Option<Reported>,
    /// How many requests had been let in when they were last counted.
    counted: u64,
    /// The use that goes on, or has just ended.
    using: Option<Use>,
    /// Why it was woken, if nobody has used it since.
    woken_for: Option<PowerCause>,
    /// When its containers were last seen to begin to run.
    life_began: Option<Timestamp>,
    /// Lives that are over and whose memory is not known yet.
    lives: Vec<(Timestamp, Timestamp)>,
    /// Until when its sleep is accounted for.
    slept_until: Option<Timestamp>,
    /// How long it has slept since the gateway runs.
    pub(super) asleep: Duration,
    /// The same in GiB·h of memory that it did not use.
    pub(super) saved: f64,
    /// Bytes that it and what wakes with it were last seen to use.
    pub(super) memory: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Use {
    from: Timestamp,
    until: Timestamp,
}

impl Book {
    /// Of a service of which this was stored.
    pub(super) fn resume(
        experience: Experience,
        days: BTreeMap<DayNumber, Day>,
        now: Timestamp,
        utc_offset: i32,
    ) -> Self {
        let mut book = Self { experience, days, ..Self::default() };
        // While no gateway ran, nobody has seen whether it was used.
        book.experience.traffic.week.not_watched_until(LocalMinutes::of(now, utc_offset));
        if book.experience.known_since.is_none() {
            book.experience.known_since = Some(now);
            book.experience_unsaved = true;
        }
        book
    }

    /// The day of a moment, to be changed.
    fn day(&mut self, at: Timestamp) -> (DayNumber, &mut Day) {
        let number = DayNumber::of(at);
        self.unsaved_days.insert(number);
        (number, self.days.entry(number).or_default())
    }

    /// A start was asked for.
    pub(super) fn woken(&mut self, cause: &PowerCause, terms: &Terms, at: Timestamp) {
        *self.day(at).1.wakes.entry(cause.word().to_owned()).or_default() += 1;
        if matches!(cause, PowerCause::Predicted { .. }) {
            self.experience.predicted(at, terms);
            self.experience_unsaved = true;
        }
        self.woken_for = Some(cause.clone());
    }

    /// A start of this definition succeeded.
    pub(super) fn ready(&mut self, definition: &str, start: &LastStart, at: Timestamp) {
        self.life_began = Some(at.minus(start.until_ready));
        let Some(cause) = start.cause.clone() else { return };
        if is_awaited(&cause) {
            self.day(at).1.cold_starts += 1;
        }
        let (until_running, until_ready) = (start.until_running, start.until_ready);
        self.started(definition, RecordedStart { at, cause, until_running, until_ready, failure: None });
    }

    /// A start failed after so long.
    pub(super) fn failed(
        &mut self,
        definition: &str,
        why: &StartFailure,
        cause: Option<PowerCause>,
        took: Duration,
        at: Timestamp,
    ) {
        self.day(at).1.failures += 1;
        let Some(cause) = cause else { return };
        let failure = Some(why.word().to_owned());
        let start = RecordedStart { at, cause, until_running: took, until_ready: Duration::ZERO, failure };
        self.started(definition, start);
    }

    fn started(&mut self, definition: &str, start: RecordedStart) {
        self.experience.started(definition, start);
        self.experience_unsaved = true;
    }

    /// It was put to sleep, or found stopped. Whether that settles a prediction.
    pub(super) fn slept(&mut self, at: Timestamp, utc_offset: i32) -> Option<PredictionOutcome> {
        self.end_use(utc_offset);
        self.day(at).1.sleeps += 1;
        if let Some(began) = self.life_began.take() {
            self.lives.push((began, at));
        }
        self.woken_for = None;
        self.memory = None;
        self.experience.traffic.slept(at, utc_offset);
        self.experience_unsaved = true;
        let wasted = self.experience.settle_prediction(PredictionOutcome::Wasted);
        if wasted {
            self.day(at).1.wasted += 1;
        }
        wasted.then_some(PredictionOutcome::Wasted)
    }

    /// Counts what happened since the last look: `requests` were let in altogether, `inside` are there now, and the last one was
    /// there at `last`. Returns what that says about predictions.
    pub(super) fn count(
        &mut self,
        requests: u64,
        inside: bool,
        last: Timestamp,
        now: Timestamp,
        utc_offset: i32,
    ) -> Option<Turnout> {
        let new = requests.saturating_sub(self.counted);
        self.counted = requests;
        if new == 0 && !inside {
            if self.using.is_some_and(|using| now.since(using.until) >= ONE_USE) {
                self.end_use(utc_offset);
            }
            return None;
        }
        self.day(now).1.requests += new;
        let until = if inside { now } else { last };
        let came_of_it = match &mut self.using {
            Some(using) => {
                using.until = using.until.max(until);
                None
            }
            None => self.begin_use(until, utc_offset),
        };
        if let Some(Use { from, until }) = self.using {
            let (number, day) = self.day(from);
            day.used(number, from, until);
        }
        came_of_it
    }

    fn begin_use(&mut self, at: Timestamp, utc_offset: i32) -> Option<Turnout> {
        self.using = Some(Use { from: at, until: at });
        let woken_for = self.woken_for.take();
        let cold = woken_for.as_ref().is_some_and(is_awaited);
        self.experience.traffic.began(at, utc_offset, cold);
        self.experience_unsaved = true;
        if cold {
            return Some(Turnout::Missed);
        }
        let hit = self.experience.settle_prediction(PredictionOutcome::Hit);
        if hit {
            self.day(at).1.hits += 1;
        }
        hit.then_some(Turnout::Expected)
    }

    fn end_use(&mut self, utc_offset: i32) {
        if let Some(Use { from, until }) = self.using.take() {
            self.experience.traffic.ended(from, until, utc_offset);
            self.experience_unsaved = true;
        }
    }

    /// Accounts for the time until now: it sleeps, or does not.
    pub(super) fn pass(&mut self, asleep: bool, now: Timestamp) {
        let since = self.slept_until.replace(now).filter(|_| asleep);
        let Some(since) = since else { return };
        let (time, bytes) = (now.since(since), self.experience.peaks.p90().unwrap_or(0));
        self.asleep = self.asleep.saturating_add(time);
        self.saved += Saving::of(bytes, time).gib_hours;
        self.day(now).1.slept(time, bytes);
    }

    /// What its policy says now; `None` if the configured time holds.
    pub(super) fn advice(&mut self, terms: &Terms, now: Timestamp) -> Option<(PolicyAdvice, Advice)> {
        let policy = self.experience.policy(terms.configured);
        let last = self.experience.traffic.last_use()?;
        if let Policy::Fixed(idle) = policy {
            let given = PolicyAdvice { idle, stays_until: None };
            let nothing = Advice::Sleep { prewarm_at: None };
            return (idle != terms.configured).then_some((given, nothing));
        }
        self.experience.traffic.watched_until(now, terms.utc_offset);
        let advice = advise(policy, &self.experience.traffic, terms, last, now);
        let stays_until = match advice {
            Advice::StayUp { until } => Some(until),
            Advice::Sleep { .. } => None,
        };
        Some((PolicyAdvice { idle: LINGER, stays_until }, advice))
    }

    /// Whether it was started by a guess and nobody has used it since.
    pub(super) fn is_unused_guess(&self) -> bool {
        matches!(self.woken_for, Some(PowerCause::Predicted { .. }))
    }

    /// The lives whose memory is known by now.
    pub(super) fn lives_to_look_at(&mut self, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let (due, later) = std::mem::take(&mut self.lives)
            .into_iter()
            .partition(|(_, ended)| now.since(*ended) >= FIGURES_LATE);
        self.lives = later;
        due
    }

    /// The most memory that a life has used.
    pub(super) fn peaked(&mut self, bytes: u64) {
        self.experience.peaks.record(bytes);
        self.experience_unsaved = true;
    }

    /// What has to be stored, and is taken to be from now on. What was not is told again with [`unsave`](Self::unsave).
    pub(super) fn take_unsaved(&mut self) -> (Option<Experience>, Vec<(DayNumber, Day)>) {
        let experience = std::mem::take(&mut self.experience_unsaved).then(|| self.experience.clone());
        let days = std::mem::take(&mut self.unsaved_days);
        let days = days.iter().filter_map(|day| Some((*day, self.days.get(day)?.clone()))).collect();
        // What is over will not change any more.
        if let Some(newest) = self.days.keys().next_back().copied() {
            self.days.retain(|day, _| *day >= newest.before(1));
        }
        (experience, days)
    }

    /// These were not stored after all.
    pub(super) fn unsave(&mut self, experience: bool, days: Vec<(DayNumber, Day)>) {
        self.experience_unsaved |= experience;
        for (number, day) in days {
            self.days.entry(number).or_insert(day);
            self.unsaved_days.insert(number);
        }
    }
}

/// Whether somebody waits for a start with this cause.
fn is_awaited(cause: &PowerCause) -> bool {
    matches!(cause, PowerCause::Request { .. } | PowerCause::NeededBy { .. } | PowerCause::Person { .. })
}

#[cfg(test)]
mod tests;
