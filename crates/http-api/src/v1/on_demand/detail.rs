//! What happened to a service that wakes on demand, in bodies.

use core_monitor_application::server::{DaySum, ShownOnDemandService};
use core_monitor_domain::on_demand::DayNumber;
use core_monitor_domain::on_demand::back_test::{Comparison, Line};
use core_monitor_domain::on_demand::experience::{Prediction, PredictionOutcome, RecordedStart};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::OnDemandServiceBody;
use crate::v1::commands::{PowerCauseBody, power_cause};
use crate::v1::words::{PolicyVerdictWord, PredictionOutcomeWord};

/// A service that wakes on demand, with what happened to it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandServiceDetail)]
pub(crate) struct OnDemandDetailBody {
    service: OnDemandServiceBody,
    /// Whether the gateway runs.
    #[schema(example = true)]
    gateway_runs: bool,
    /// The last 50 starts, the newest first.
    starts: Vec<StartBody>,
    /// The last 50 starts that nobody had asked for, the newest first.
    predictions: Vec<PredictionBody>,
    /// The last 14 days on which there was anything, in UTC; the oldest first.
    days: Vec<DayBody>,
    /// How policies would have done in the last two weeks; null before the first comparison.
    comparison: Option<ComparisonBody>,
}

/// A start of a service that wakes on demand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandStart)]
pub(crate) struct StartBody {
    /// When it was over.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:02:00Z")]
    at: Timestamp,
    #[schema(value_type = PowerCauseBody)]
    cause: Value,
    /// Until its containers ran.
    #[schema(example = 1.9)]
    until_running_seconds: f64,
    /// From then until it answered.
    #[schema(example = 9.9)]
    until_ready_seconds: f64,
    /// Why it failed, in one word; null if it did not.
    #[schema(example = json!(null))]
    failure: Option<String>,
}

impl From<&RecordedStart> for StartBody {
    fn from(start: &RecordedStart) -> Self {
        Self {
            at: start.at,
            cause: power_cause(&start.cause),
            until_running_seconds: start.until_running.as_secs_f64(),
            until_ready_seconds: start.until_ready.as_secs_f64(),
            failure: start.failure.clone(),
        }
    }
}

/// A start that nobody had asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandPrediction)]
pub(crate) struct PredictionBody {
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T08:55:00Z")]
    at: Timestamp,
    /// What came of it; null as long as nobody knows.
    #[schema(value_type = Option<PredictionOutcomeWord>, example = "hit")]
    outcome: Option<&'static str>,
}

impl From<&Prediction> for PredictionBody {
    fn from(prediction: &Prediction) -> Self {
        Self { at: prediction.at, outcome: prediction.outcome.map(PredictionOutcome::as_str) }
    }
}

/// What happened on a day, or in several.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandDay)]
pub(crate) struct DayBody {
    /// The day, in UTC.
    #[schema(value_type = String, format = Date, example = "2026-01-26")]
    day: String,
    /// Requests that were answered.
    #[schema(example = 412)]
    requests: u64,
    /// Starts for somebody who waited.
    #[schema(example = 3)]
    cold_starts: u64,
    /// All starts.
    #[schema(example = 4)]
    wakes: u64,
    /// Starts that failed.
    #[schema(example = 0)]
    failures: u64,
    /// Starts ahead of a use that came.
    #[schema(example = 1)]
    hits: u64,
    /// Starts ahead of a use that did not come.
    #[schema(example = 0)]
    wasted: u64,
    #[schema(example = 68_400.0)]
    asleep_seconds: f64,
    /// Memory that was not used meanwhile, in GiB·h.
    #[schema(example = 7.1)]
    saved_gib_hours: f64,
}

impl DayBody {
    pub(super) fn of(day: DayNumber, sum: &DaySum) -> Self {
        Self {
            day: date(day),
            requests: sum.requests,
            cold_starts: sum.cold_starts,
            wakes: sum.wakes,
            failures: sum.failures,
            hits: sum.hits,
            wasted: sum.wasted,
            asleep_seconds: sum.asleep.as_secs_f64(),
            saved_gib_hours: sum.saved_gib_hours,
        }
    }
}

/// `2026-01-26`.
pub(super) fn date(day: DayNumber) -> String {
    day.begins().to_string().split('T').next().unwrap_or_default().to_owned()
}

/// How policies would have done on the traffic of a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandComparison)]
pub(crate) struct ComparisonBody {
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T03:00:00Z")]
    compared_at: Timestamp,
    /// How many minutes of an idle container one avoided cold start is worth.
    #[schema(example = 10.0)]
    cold_start_worth_minutes: f64,
    /// The configured time first.
    policies: Vec<PolicyBody>,
}

/// How a policy would have done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandPolicy)]
pub(crate) struct PolicyBody {
    /// For example `fixed 10 min`, `hybrid`, `calendar 40 %`.
    #[schema(example = "calendar 40 %")]
    policy: String,
    #[schema(example = 11)]
    cold_starts: u32,
    /// For how long it would have run without a use.
    #[schema(example = 161_000.0)]
    idle_seconds: f64,
    /// Starts that nobody had asked for.
    #[schema(example = 19)]
    starts_ahead: u32,
    #[schema(value_type = PolicyVerdictWord, example = "adopted")]
    verdict: &'static str,
}

impl From<&Line> for PolicyBody {
    fn from(line: &Line) -> Self {
        let tally = line.tally();
        Self {
            policy: line.policy.to_string(),
            cold_starts: tally.cold_starts,
            idle_seconds: tally.idle.as_secs_f64(),
            starts_ahead: tally.prewarms,
            verdict: line.verdict.as_str(),
        }
    }
}

impl ComparisonBody {
    fn of((compared_at, comparison): &(Timestamp, Comparison)) -> Self {
        Self {
            compared_at: *compared_at,
            cold_start_worth_minutes: comparison.cold_start_worth,
            policies: comparison.lines.iter().map(PolicyBody::from).collect(),
        }
    }
}

impl From<&ShownOnDemandService> for OnDemandDetailBody {
    fn from(shown: &ShownOnDemandService) -> Self {
        let experience = &shown.service.experience;
        Self {
            service: OnDemandServiceBody::from(&shown.service),
            gateway_runs: shown.gateway_runs,
            starts: experience.recent.iter().rev().map(StartBody::from).collect(),
            predictions: experience.predictions.iter().rev().map(PredictionBody::from).collect(),
            days: shown.days.iter().map(|(day, happened)| DayBody::of(*day, &DaySum::of(happened))).collect(),
            comparison: experience.compared.as_ref().map(ComparisonBody::of),
        }
    }
}
