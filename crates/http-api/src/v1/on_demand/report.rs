//! `GET /on-demand/report`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, MOST_DAYS, OnDemandReport, ReportedService};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::OnDemandServiceBody;
use super::detail::{DayBody, date};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::Query;
use crate::said;

/// How many days a report is about unless somebody says so.
const DAYS: u32 = 7;

/// What the report is about.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OnDemandReportQuery {
    /// How many days, today included.
    #[param(minimum = 1, maximum = 90, default = 7)]
    days: Option<u32>,
}

impl OnDemandReportQuery {
    /// The days, checked.
    pub(super) fn days(&self) -> Result<u32, Problem> {
        match self.days.unwrap_or(DAYS) {
            days @ 1..=MOST_DAYS => Ok(days),
            _ => Err(Problem::new(ErrorCode::InvalidRequest, said::days_out_of_range(MOST_DAYS))),
        }
    }
}

/// What services that wake on demand use, save, and should be set to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandReport)]
pub(crate) struct OnDemandReportBody {
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    taken_at: Timestamp,
    /// The first day, in UTC.
    #[schema(value_type = String, format = Date, example = "2026-01-20")]
    since: String,
    /// By stack and name.
    services: Vec<ReportedServiceBody>,
    /// All services together; every day is there, the oldest first.
    days: Vec<DayBody>,
    /// For how many hours services slept, all of them added up.
    #[schema(example = 912.5)]
    asleep_hours: f64,
    /// Memory that was not used meanwhile, in GiB·h.
    #[schema(example = 431.2)]
    saved_gib_hours: f64,
    /// The memory of the host; null if no gateway has said.
    #[schema(example = 8_589_934_592_u64)]
    host_memory_bytes: Option<u64>,
    /// What programs could still get of it.
    #[schema(example = 5_905_580_032_u64)]
    host_memory_free_bytes: Option<u64>,
}

/// A service in the report.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandReportedService)]
pub(crate) struct ReportedServiceBody {
    service: OnDemandServiceBody,
    /// Requests that it answered.
    #[schema(example = 2_884)]
    requests: u64,
    /// How often it is used on a day: requests less than a minute apart are one use.
    #[schema(example = 3.4)]
    uses_per_day: f64,
    #[schema(example = 21)]
    cold_starts: u64,
    #[schema(example = 0)]
    failures: u64,
    #[schema(example = 130.4)]
    asleep_hours: f64,
    /// Memory that it did not use meanwhile, in GiB·h.
    #[schema(example = 61.6)]
    saved_gib_hours: f64,
    recommended: RecommendationBody,
}

/// What a service should be set to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandRecommendation)]
pub(crate) struct RecommendationBody {
    /// Three times a start and the mean time between two uses; null if one of them is not known.
    #[schema(example = 25_450)]
    rule_of_thumb_seconds: Option<u64>,
    /// The fixed time that would have cost the least in the last two weeks; null before there was a comparison.
    #[schema(example = 600)]
    idle_timeout_seconds: Option<u64>,
    /// The policy that would have cost the least.
    #[schema(example = "calendar 40 %")]
    policy: Option<String>,
}

impl From<&ReportedService> for ReportedServiceBody {
    fn from(reported: &ReportedService) -> Self {
        let recommended = &reported.recommended;
        Self {
            service: OnDemandServiceBody::from(&reported.service),
            requests: reported.sum.requests,
            uses_per_day: reported.uses_per_day,
            cold_starts: reported.sum.cold_starts,
            failures: reported.sum.failures,
            asleep_hours: reported.sum.asleep.as_secs_f64() / 3_600.0,
            saved_gib_hours: reported.sum.saved_gib_hours,
            recommended: RecommendationBody {
                rule_of_thumb_seconds: recommended.rule_of_thumb.map(|time| time.as_secs()),
                idle_timeout_seconds: recommended.timeout.map(|time| time.as_secs()),
                policy: recommended.policy.map(|policy| policy.to_string()),
            },
        }
    }
}

impl From<&OnDemandReport> for OnDemandReportBody {
    fn from(report: &OnDemandReport) -> Self {
        Self {
            taken_at: report.taken_at,
            since: date(report.since),
            services: report.services.iter().map(ReportedServiceBody::from).collect(),
            days: report.days.iter().map(|(day, sum)| DayBody::of(*day, sum)).collect(),
            asleep_hours: report.saved.hours,
            saved_gib_hours: report.saved.gib_hours,
            host_memory_bytes: report.memory.map(|(total, _)| total),
            host_memory_free_bytes: report.memory.map(|(_, free)| free),
        }
    }
}

answers!(Answers, Read, [InvalidRequest, ServerBusy]);

/// Show what services that wake on demand use, save and should be set to.
#[utoipa::path(
    tag = "on-demand",
    params(OnDemandReportQuery),
    responses((status = 200, description = "The report.", body = OnDemandReportBody), Answers)
)]
#[get("/on-demand/report")]
pub(crate) async fn show_on_demand_report(
    api: web::Data<Api>,
    query: Query<OnDemandReportQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let days = query.days()?;
    answer(&api, BlockingWork::Read, async move |api| {
        let report = api.server.show_on_demand_report(&caller.0, days).await?;
        Ok(Answer::ok(OnDemandReportBody::from(&report)))
    })
    .await
}
