//! Services that wake on demand, in bodies.

use core_monitor_application::server::{OnDemandError, OnDemandService, PowerServiceError, SetOnDemandError};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::on_demand::{GatewayReport, Wish};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::said;
use crate::v1::message::MessageBody;
use crate::v1::words::{OnDemandStateWord, WaitModeWord};

pub(crate) mod detail;
pub(crate) mod list;
pub(crate) mod power;
pub(crate) mod report;
pub(crate) mod set;
pub(crate) mod show;
pub(crate) mod table;

/// A service that wakes on demand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandService)]
pub(crate) struct OnDemandServiceBody {
    /// Its stack.
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    #[schema(value_type = String, example = "shop")]
    stack_name: StackName,
    #[schema(value_type = String, example = "web")]
    service: ServiceName,
    /// How it stands; null as long as no gateway has said.
    #[schema(value_type = Option<OnDemandStateWord>, example = "asleep")]
    state: Option<&'static str>,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T09:12:00Z")]
    since: Option<Timestamp>,
    /// `held`: what it waits for. `failed`: why.
    reason: Option<MessageBody>,
    /// When that ends, if it is known.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    until: Option<Timestamp>,
    /// The hosts whose requests are for it.
    #[schema(value_type = Vec<String>, example = json!(["shop.example.org"]))]
    hosts: Vec<String>,
    /// The beginnings of paths whose requests are for it; empty for all.
    #[schema(example = json!([]))]
    paths: Vec<String>,
    /// Where it listens in its container.
    #[schema(example = 8080)]
    port: u16,
    #[schema(value_type = WaitModeWord, example = "dynamic")]
    mode: &'static str,
    /// How its waiting page looks.
    #[schema(example = "plain")]
    theme: String,
    /// It never sleeps.
    #[schema(example = false)]
    always_on: bool,
    /// The services that wake with it, itself included.
    #[schema(value_type = Vec<String>, example = json!(["db", "web"]))]
    wakes_with: Vec<ServiceName>,
    /// How long nobody must have used it before it sleeps, as it holds now.
    #[schema(example = 600)]
    idle_timeout_seconds: u64,
    /// How long a start may take; null if that is learned.
    #[schema(example = json!(null))]
    start_timeout_seconds: Option<u64>,
    /// How long a request is held that gets no page.
    #[schema(example = 120)]
    block_timeout_seconds: u64,
    /// What was set at run time beside the definition.
    set: OnDemandSettingsBody,
    /// When somebody last used it.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T09:02:00Z")]
    last_used_at: Option<Timestamp>,
    /// When it goes to sleep if nobody uses it until then.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    sleeps_at: Option<Timestamp>,
    /// When it is started although nobody has asked, because it is expected to be used.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    wakes_at: Option<Timestamp>,
    /// Requests and connections inside it.
    #[schema(example = 0)]
    in_flight: u64,
    /// Requests that wait for it.
    #[schema(example = 0)]
    waiting: u64,
    /// What it and all that wakes with it use; null if that is not known.
    #[schema(example = json!(null))]
    memory_bytes: Option<u64>,
    /// What nine of ten of its lives did not exceed; null before the first one that was measured.
    #[schema(example = 402_653_184)]
    peak_memory_bytes: Option<u64>,
    /// Half of its starts take no longer; null before the first one.
    #[schema(example = 11.8)]
    start_p50_seconds: Option<f64>,
    /// Nine of ten take no longer.
    #[schema(example = 14.2)]
    start_p90_seconds: Option<f64>,
    /// By what it is decided when it sleeps: the configured time, or a policy that would have cost less in the last two weeks.
    #[schema(example = "fixed 10 min")]
    policy: String,
}

/// What was set for a service at run time. It holds for every version until it is taken back; null where the definition holds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandSettings)]
pub(crate) struct OnDemandSettingsBody {
    /// How long nobody must have used it before it sleeps.
    #[schema(example = 900)]
    idle_timeout_seconds: Option<u64>,
    /// How long a start may take.
    #[schema(example = json!(null))]
    start_timeout_seconds: Option<u64>,
    /// How long a request is held that gets no page.
    #[schema(example = json!(null))]
    block_timeout_seconds: Option<u64>,
    /// Until when it stays awake once it is.
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    awake_until: Option<Timestamp>,
}

impl From<Wish> for OnDemandSettingsBody {
    fn from(wish: Wish) -> Self {
        Self {
            idle_timeout_seconds: wish.idle.map(|time| time.as_secs()),
            start_timeout_seconds: wish.start.map(|time| time.as_secs()),
            block_timeout_seconds: wish.block.map(|time| time.as_secs()),
            awake_until: wish.awake_until,
        }
    }
}

impl From<&OnDemandService> for OnDemandServiceBody {
    fn from(shown: &OnDemandService) -> Self {
        let declared = &shown.declared;
        let times = shown.wish.times(declared.times);
        let reported = shown.reported.as_ref();
        let starts = &shown.experience.starts;
        Self {
            stack_id: shown.stack.0,
            stack_name: shown.stack.1.clone(),
            service: shown.service.clone(),
            state: reported.map(|reported| reported.state.as_str()),
            since: reported.map(|reported| reported.since),
            reason: reported.and_then(|reported| reported.reason.as_ref()).map(MessageBody::from),
            until: reported.and_then(|reported| reported.until),
            hosts: declared.hosts.iter().map(ToString::to_string).collect(),
            paths: declared.paths.clone(),
            port: declared.port,
            mode: declared.mode.as_str(),
            theme: declared.theme.as_str().to_owned(),
            always_on: declared.always_on,
            wakes_with: shown.household.wakes(&shown.service).into_iter().collect(),
            idle_timeout_seconds: times.idle.as_secs(),
            start_timeout_seconds: times.start.map(|time| time.as_secs()),
            block_timeout_seconds: times.block.as_secs(),
            set: shown.wish.into(),
            last_used_at: reported.and_then(|reported| reported.last_used),
            sleeps_at: reported.and_then(|reported| reported.sleeps_at),
            wakes_at: reported.and_then(|reported| reported.wakes_at),
            in_flight: reported.map_or(0, |reported| reported.in_flight),
            waiting: reported.map_or(0, |reported| reported.waiting),
            memory_bytes: reported.and_then(|reported| reported.memory),
            peak_memory_bytes: shown.experience.peaks.p90(),
            start_p50_seconds: starts.p50().map(|time| time.as_secs_f64()),
            start_p90_seconds: starts.p90().map(|time| time.as_secs_f64()),
            policy: shown.experience.policy(times.idle).to_string(),
        }
    }
}

/// The gateway, which wakes services and puts them to sleep.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandGateway)]
pub(crate) struct GatewayBody {
    /// Whether it runs. While it does not, nothing wakes and nothing is put to sleep.
    #[schema(example = true)]
    runs: bool,
    /// Since when it runs, or ran.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T08:00:00Z")]
    started_at: Option<Timestamp>,
    /// When it last said that it runs; null if none ever has.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:00Z")]
    seen_at: Option<Timestamp>,
    /// Where it takes HTTP.
    #[schema(example = "0.0.0.0:3456")]
    http: Option<String>,
    /// Where it takes HTTPS; null if it has no certificates.
    #[schema(example = json!(null))]
    https: Option<String>,
}

impl GatewayBody {
    fn of(report: Option<&GatewayReport>, runs: bool) -> Self {
        Self {
            runs,
            started_at: report.map(|report| report.started_at),
            seen_at: report.map(|report| report.seen_at),
            http: report.and_then(|report| report.http).map(|address| address.to_string()),
            https: report.and_then(|report| report.https).map(|address| address.to_string()),
        }
    }
}

impl From<OnDemandError> for Problem {
    fn from(error: OnDemandError) -> Self {
        match error {
            OnDemandError::Query(error) => error.into(),
            OnDemandError::NotOnDemand { service, known } => {
                let problem = Self::new(ErrorCode::NotOnDemand, said::not_on_demand(service));
                if known.is_empty() {
                    problem
                } else {
                    problem.with_hint(said::on_demand_are(known.join(", ")))
                }
            }
        }
    }
}

impl From<SetOnDemandError> for Problem {
    fn from(error: SetOnDemandError) -> Self {
        match error {
            SetOnDemandError::OnDemand(error) => error.into(),
            SetOnDemandError::OutOfRange { field, least, most } => {
                Self::new(ErrorCode::InvalidRequest, said::on_demand_time_out_of_range(field, least, most))
            }
            SetOnDemandError::NotAhead => Self::new(ErrorCode::InvalidRequest, said::awake_until_not_ahead()),
        }
    }
}

impl From<PowerServiceError> for Problem {
    fn from(error: PowerServiceError) -> Self {
        match error {
            PowerServiceError::OnDemand(error) => error.into(),
            PowerServiceError::NeverSleeps { service } => {
                Self::new(ErrorCode::NeverSleeps, said::never_sleeps(service))
            }
            PowerServiceError::Queue(error) => {
                core_monitor_application::server::RefusedCommand::from(error).into()
            }
        }
    }
}
