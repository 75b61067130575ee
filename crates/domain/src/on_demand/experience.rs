//! What the gateway has learned about a service. It is stored, so that a restart forgets nothing.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::command::PowerCause;
use crate::time::Timestamp;

use super::back_test::{self, Comparison};
use super::estimate::{StartPhases, StartTimes};
use super::eviction::MemoryPeaks;
use super::house::Learned as Lesson;
use super::policy::{self, Policy, Terms};

/// How many starts and predictions are kept one by one.
pub const REMEMBERED: usize = 50;
/// A service stays awake at least twice as long as nine of ten starts take, and at least this long: putting it to sleep sooner
/// costs more than it saves.
const LEAST_UP: Duration = Duration::from_secs(30);
/// How long a start is taken to need before one is known.
const START_OF_UNKNOWN: Duration = Duration::from_secs(15);
/// How long a stop is taken to need: the engine's own limit, since most programs end sooner.
const STOP: Duration = Duration::from_secs(10);

/// Everything that was learned about one service.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Experience {
    /// How long its starts take.
    pub starts: StartTimes,
    /// When it is used.
    pub traffic: policy::Learned,
    /// How much memory it needs.
    pub peaks: MemoryPeaks,
    /// Its last starts, the newest last.
    pub recent: VecDeque<RecordedStart>,
    /// The last predictions, the newest last.
    pub predictions: VecDeque<Prediction>,
    /// Since when all its uses are known.
    pub known_since: Option<Timestamp>,
    /// The last comparison of policies, and when it was made.
    pub compared: Option<(Timestamp, Comparison)>,
}

/// A start that succeeded or failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedStart {
    /// When it was over.
    pub at: Timestamp,
    /// Why it was made.
    pub cause: PowerCause,
    /// From the wish until its containers ran.
    pub until_running: Duration,
    /// From then until it answered; zero if it failed.
    pub until_ready: Duration,
    /// Why it failed, in one word; `None` if it succeeded.
    pub failure: Option<String>,
}

/// A start that nobody had asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// When it was made.
    pub at: Timestamp,
    /// What came of it; `None` as long as nobody knows.
    pub outcome: Option<PredictionOutcome>,
}

/// What came of a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PredictionOutcome {
    /// Somebody used the service: a cold start was saved.
    Hit,
    /// It went to sleep again without a use.
    Wasted,
}

impl PredictionOutcome {
    /// Every outcome.
    pub const ALL: [Self; 2] = [Self::Hit, Self::Wasted];

    /// The word in JSON and in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Wasted => "wasted",
        }
    }
}

impl Experience {
    /// Remembers a start of the definition with this fingerprint. What failed says nothing about how long the next one takes.
    pub fn started(&mut self, definition: &str, start: RecordedStart) {
        if start.failure.is_none() {
            let phases = StartPhases {
                container: start.until_running,
                until_ready: start.until_ready,
                ..StartPhases::default()
            };
            self.starts.record(definition, phases);
        }
        remember(&mut self.recent, start);
    }

    /// How many starts in a row have failed since one last succeeded, and how the last of them did.
    pub fn failing(&self) -> (u32, Option<&str>) {
        let failed = self.recent.iter().rev().map_while(|start| start.failure.as_deref());
        let times = u32::try_from(failed.clone().count()).unwrap_or(u32::MAX);
        (times, failed.into_iter().next())
    }

    /// What follows for the next starts; nothing before the first one.
    pub fn lesson(&self) -> Lesson {
        let known = self.starts.p50().is_some();
        let min_up = self.starts.p90().map(|most| most.saturating_mul(2).max(LEAST_UP));
        let start_timeout = known.then(|| self.starts.default_timeout());
        Lesson { start_timeout, min_up, ..Lesson::default() }
    }

    /// How long half of the starts take, and nine of ten; `None` before the first.
    pub fn usual(&self) -> Option<(Duration, Duration)> {
        Some((self.starts.p50()?, self.starts.p90()?))
    }

    /// The policy that is followed: the one that won, or the configured timeout.
    pub fn policy(&self, configured: Duration) -> Policy {
        let adopted = self.compared.as_ref().and_then(|(_, comparison)| comparison.adopted());
        adopted.map_or(Policy::Fixed(configured), |line| line.policy)
    }

    /// What does not depend on the traffic, for a service that is configured like this.
    pub fn terms(&self, configured: Duration, utc_offset: i32, may_prewarm: bool) -> Terms {
        let start_p90 = self.starts.p90().unwrap_or(START_OF_UNKNOWN);
        Terms { configured, start_p90, stop: STOP, utc_offset, may_prewarm }
    }

    /// How many minutes of idle memory a cold start is worth: as declared, or by the time of a start and the memory.
    pub fn cold_start_worth(&self, declared: Option<Duration>) -> f64 {
        let minutes = declared.map(|worth| worth.as_secs_f64() / 60.0);
        minutes.unwrap_or_else(|| {
            let start = self.starts.p50().unwrap_or(START_OF_UNKNOWN);
            back_test::cold_start_worth(start, self.peaks.p90().unwrap_or(1 << 30))
        })
    }

    /// A start was made that nobody had asked for.
    pub fn predicted(&mut self, at: Timestamp, terms: &Terms) {
        self.traffic.prewarmed(at, terms);
        remember(&mut self.predictions, Prediction { at, outcome: None });
    }

    /// It is known what came of the last start that nobody had asked for, if there was one that is open.
    pub fn settle_prediction(&mut self, outcome: PredictionOutcome) -> bool {
        let open = self.predictions.back_mut().filter(|prediction| prediction.outcome.is_none());
        let settles = open.is_some();
        if let Some(prediction) = open {
            prediction.outcome = Some(outcome);
        }
        settles
    }
}

fn remember<T>(all: &mut VecDeque<T>, one: T) {
    all.push_back(one);
    while all.len() > REMEMBERED {
        all.pop_front();
    }
}

#[cfg(test)]
mod tests;
