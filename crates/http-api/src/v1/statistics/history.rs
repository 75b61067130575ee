//! `GET /stacks/{id}/stats/history`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, HistoryQuery, ShownHistory};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::statistics::{CpuShare, Point, Series, Step};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::RatesBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::{Query, moment};
use crate::said;

/// What to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatisticsHistoryQuery {
    /// Only this service.
    #[param(value_type = Option<String>)]
    service: Option<ServiceName>,
    /// From when on: a time (RFC 3339, or seconds since 1970), or how long ago, such as `10m`; an hour before `until` by default.
    /// What is older than 14 days is not there.
    since: Option<String>,
    /// Until when, written as `since`; now by default.
    until: Option<String>,
    /// The least time between two points; by default the finest with which nothing is missing. Five seconds to a minute are there
    /// for the last hour, as far as the worker has been running; five minutes and more for everything.
    #[param(value_type = Option<StepWord>, inline)]
    step: Option<String>,
}

/// What the containers of a stack used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatisticsHistory)]
pub(crate) struct HistoryBody {
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:00:00Z")]
    since: Timestamp,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    until: Timestamp,
    /// Seconds between two points. More than was asked for if there are no finer points, or if they would be too many: more than
    /// 1,500 of a series, or 30,000 of all of them.
    #[schema(example = 300)]
    step_seconds: u64,
    /// One series for each place in the stack, by service and slot. When a container is replaced, that of its place goes on.
    series: Vec<SeriesBody>,
}

/// What the containers in one place used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatisticsSeries)]
pub(crate) struct SeriesBody {
    #[schema(value_type = String, example = "web")]
    service: ServiceName,
    /// The replica number, from 1.
    #[schema(example = 1)]
    slot: u32,
    /// Oldest first. Where nothing was measured there is no point: a gap is not zero.
    points: Vec<PointBody>,
}

/// What a container used during the seconds of a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatisticsPoint)]
pub(crate) struct PointBody {
    /// The begin of the step, or with steps of five seconds the time of the measurement.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:55:00Z")]
    at: Timestamp,
    /// The mean CPU time, in percent of one CPU; null if there was only the first measurement of a run.
    #[schema(example = 12.5)]
    cpu_percent: Option<f64>,
    /// The most CPU time between two measurements.
    #[schema(example = 99.1)]
    cpu_percent_max: Option<f64>,
    /// The mean of the used memory.
    #[schema(example = 48_500_736)]
    memory_bytes: u64,
    /// The most used memory.
    #[schema(example = 50_331_648)]
    memory_bytes_max: u64,
    /// The mean of what was transferred in each second.
    per_second: Option<RatesBody>,
    /// The most processes and threads.
    #[schema(example = 11)]
    pids_max: u32,
}

impl From<ShownHistory> for HistoryBody {
    fn from(shown: ShownHistory) -> Self {
        Self {
            since: shown.from,
            until: shown.to,
            step_seconds: shown.history.step.length().as_secs(),
            series: shown.history.series.into_iter().map(SeriesBody::from).collect(),
        }
    }
}

impl From<Series> for SeriesBody {
    fn from(series: Series) -> Self {
        Self {
            service: series.place.service,
            slot: series.place.slot.0,
            points: series.points.iter().map(PointBody::from).collect(),
        }
    }
}

impl From<&Point> for PointBody {
    fn from(point: &Point) -> Self {
        Self {
            at: point.start,
            cpu_percent: point.cpu_mean().map(CpuShare::percent),
            cpu_percent_max: point.cpu_peak().map(CpuShare::percent),
            memory_bytes: point.memory_mean(),
            memory_bytes_max: point.memory_max,
            per_second: point.per_second().map(RatesBody::from),
            pids_max: point.pids_max,
        }
    }
}

/// Every step with its name.
const STEPS: [&str; 12] = ["5s", "10s", "30s", "1m", "5m", "10m", "30m", "1h", "3h", "6h", "12h", "24h"];

/// Reads the name of a step.
fn step(given: Option<&str>) -> Result<Option<Step>, Problem> {
    let Some(text) = given else { return Ok(None) };
    let read = || {
        let index = STEPS.iter().position(|name| *name == text)?;
        Step::ALL.get(index).copied()
    };
    let unknown = || {
        let shown: String = text.escape_debug().take(60).collect();
        Problem::new(ErrorCode::InvalidRequest, said::step_unknown(shown, STEPS.join(", ")))
    };
    read().map(Some).ok_or_else(unknown)
}

answers!(Answers, Read, [ServerBusy, NotFound, InvalidRequest, StackNotFound, ServiceUnknown]);

/// Show what the containers of a stack used, for charts.
///
/// The last hour is there every five seconds while the worker runs, and the last 14 days every five minutes. Without a worker,
/// the answer has what is stored, with steps of at least five minutes.
#[utoipa::path(
    tag = "statistics",
    params(("id" = Uuid, Path, description = "The stack."), StatisticsHistoryQuery),
    responses((status = 200, description = "The history.", body = HistoryBody), Answers)
)]
#[get("/stacks/{id}/stats/history")]
pub(crate) async fn show_stack_statistics_history(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<StatisticsHistoryQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let id = StackId(*id);
    let (query, now) = (query.into_inner(), api.clock.now());
    let query = HistoryQuery {
        service: query.service,
        from: moment("since", query.since.as_deref(), now)?,
        to: moment("until", query.until.as_deref(), now)?,
        step: step(query.step.as_deref())?,
    };
    answer(&api, BlockingWork::Read, async move |api| {
        let shown = api.server.show_stack_statistics_history(&caller.0, id, query).await?;
        Ok(Answer::ok(HistoryBody::from(shown)))
    })
    .await
}

/// The schema of the names.
pub(crate) enum StepWord {}

impl utoipa::PartialSchema for StepWord {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(STEPS)).into()
    }
}

impl ToSchema for StepWord {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("StatisticsStep")
    }
}

const _: () = assert!(STEPS.len() == Step::ALL.len());

#[cfg(test)]
mod tests;
