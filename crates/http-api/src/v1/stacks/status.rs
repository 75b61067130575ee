//! `GET /stacks/{id}/status`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{self, ServiceState, ServiceStatus, StackState, StackStatus};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::response::etag;
use crate::v1::stacks::containers::ContainerBody;
use crate::v1::words::{ServiceStateWord, StackStateWord};

/// Saved, applied and running, side by side.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StackStatus)]
pub(crate) struct StatusBody {
    #[schema(value_type = Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    #[schema(value_type = String, example = "shop")]
    name: StackName,
    /// Saved: the newest version.
    #[schema(value_type = u32, example = 3)]
    latest_version: VersionNumber,
    /// Applied: null until a first APPLY is DONE.
    #[schema(value_type = Option<u32>, example = 2)]
    current_version: Option<VersionNumber>,
    /// Running: in one word.
    #[schema(value_type = StackStateWord, example = "running")]
    state: &'static str,
    /// Running: service by service. Those of the applied version come first, of the saved one while none is applied.
    services: Vec<ServiceBody>,
    /// How the engine differs from the applied version; null while nothing is applied or nothing was observed.
    drift: Option<DriftBody>,
    /// When the worker last looked at the engine; null before its first look.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    observed_at: Option<Timestamp>,
    /// How long ago that was.
    #[schema(example = 1.5)]
    age_seconds: Option<f64>,
}

/// A service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceStatus)]
struct ServiceBody {
    #[schema(example = "api")]
    service: String,
    /// In one word. A job that has succeeded is `completed`, not down.
    #[schema(value_type = ServiceStateWord, example = "running")]
    state: &'static str,
    /// The worst of its containers, as docker words it.
    #[schema(example = "Up (healthy)")]
    status: String,
    /// Containers wanted; 0 when the service is not in the definition.
    #[schema(example = 1)]
    desired: u32,
    /// Containers whose processes exist.
    #[schema(example = 1)]
    up: usize,
    /// Whether it is meant to end.
    #[schema(example = false)]
    is_job: bool,
    #[schema(example = "nginx:1.27")]
    image: String,
    /// Published ports, `host->container`.
    #[schema(example = json!(["8000->8000"]))]
    ports: Vec<String>,
    containers: Vec<ContainerBody>,
}

/// What applying the applied version again would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Drift)]
struct DriftBody {
    /// Whether it would do anything.
    #[schema(example = true)]
    drifted: bool,
    #[schema(example = json!(["start shop-api-1 (not running)"]))]
    steps: Vec<String>,
    /// What would keep it from being done.
    problems: Vec<String>,
}

answers!(Answers, Read, [NotFound, StackNotFound, InvalidDefinition]);

/// Show how a stack stands.
///
/// Answers from what the worker last saw, with its age; the engine is not asked.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses(
        (status = 200, description = "The status.", body = StatusBody, headers(
            ("ETag" = String, description = "What to send in `If-Match` with the next write."),
        )),
        Answers,
    )
)]
#[get("/stacks/{id}/status")]
pub(crate) async fn show_stack_status(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let status = server::stack_status(&api.server, StackId(*id)).await?;
    let revision = status.stack.revision();
    Ok(HttpResponse::Ok().insert_header(etag(revision)).json(StatusBody::from(status)))
}

impl From<StackStatus> for StatusBody {
    fn from(status: StackStatus) -> Self {
        Self {
            stack_id: status.stack.id,
            name: status.stack.name,
            latest_version: status.stack.latest_version,
            current_version: status.stack.current_version,
            state: stack_word(status.state),
            services: status.services.into_iter().map(ServiceBody::from).collect(),
            drift: status.drift.map(|drift| DriftBody {
                drifted: drift.is_any(),
                steps: drift.steps,
                problems: drift.problems,
            }),
            observed_at: status.observed_at,
            age_seconds: status.age.map(|age| age.as_secs_f64()),
        }
    }
}

impl From<ServiceStatus> for ServiceBody {
    fn from(service: ServiceStatus) -> Self {
        Self {
            service: service.name,
            state: service_word(service.state),
            status: service.text,
            desired: service.desired,
            up: service.containers.iter().filter(|c| c.observed.state.is_up()).count(),
            is_job: service.is_job,
            image: service.image,
            ports: service.ports,
            containers: service.containers.into_iter().map(ContainerBody::from).collect(),
        }
    }
}

fn stack_word(state: StackState) -> &'static str {
    match state {
        StackState::NotApplied => "not_applied",
        StackState::Running => "running",
        StackState::Partial => "partial",
        StackState::Stopped => "stopped",
        StackState::Completed => "completed",
        StackState::Degraded => "degraded",
        StackState::Unknown => "unknown",
    }
}

pub(crate) fn service_word(state: ServiceState) -> &'static str {
    match state {
        ServiceState::Running => "running",
        ServiceState::Completed => "completed",
        ServiceState::Starting => "starting",
        ServiceState::Partial => "partial",
        ServiceState::Stopped => "stopped",
        ServiceState::Unhealthy => "unhealthy",
        ServiceState::Failed => "failed",
    }
}

#[cfg(test)]
mod tests;
