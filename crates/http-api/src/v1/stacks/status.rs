//! `GET /stacks/{id}/status`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, DriftStep, ServiceStatus, StackStatus};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::observation::EditedFile;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::response::etag;
use crate::v1::commands::HolderBody;
use crate::v1::message::MessageBody;
use crate::v1::plans::PlanBlockerBody;
use crate::v1::stacks::containers::ContainerBody;
use crate::v1::words::{
    FileEditWord, HealthWord, ObjectKindWord, ServiceStateWord, StackStateWord, StepOpWord, health_word,
};

/// The saved version, the applied version and what is running.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StackStatus)]
pub(crate) struct StatusBody {
    #[schema(value_type = Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    #[schema(value_type = String, example = "shop")]
    name: StackName,
    /// The newest saved version.
    #[schema(value_type = u32, example = 3)]
    latest_version: VersionNumber,
    /// The applied version; null until the first APPLY is DONE.
    #[schema(value_type = Option<u32>, example = 2)]
    current_version: Option<VersionNumber>,
    /// State of what is running.
    #[schema(value_type = StackStateWord, example = "running")]
    state: &'static str,
    /// The services. Those of the applied version come first, or those of the saved version if none is applied.
    services: Vec<ServiceBody>,
    /// How the engine differs from the applied version; null if nothing is applied or nothing was observed.
    drift: Option<DriftBody>,
    /// Containers, networks and volumes that carry the labels of the stack although Core Monitor did not create them. They
    /// are never touched and count for nothing above.
    spoofed: Vec<SpoofedBody>,
    /// What the first waiting command of the stack waits behind; null if none waits for another one.
    waits_behind: Option<HolderBody>,
    /// When the worker last observed the engine; null before the first observation.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    observed_at: Option<Timestamp>,
    /// Age of that observation in seconds.
    #[schema(example = 1.5)]
    age_seconds: Option<f64>,
}

/// A service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceStatus)]
struct ServiceBody {
    #[schema(example = "api")]
    service: String,
    /// State of the service. A job that has succeeded is `completed`, not down.
    #[schema(value_type = ServiceStateWord, example = "running")]
    state: &'static str,
    /// The worst health of its containers that are up; null if none of them has a health check.
    #[schema(value_type = Option<HealthWord>, example = "healthy")]
    health: Option<&'static str>,
    /// The status of its worst container, as `docker ps` shows it.
    #[schema(example = "Up (healthy)")]
    status: String,
    /// Number of containers it should have; 0 if the service is not in the definition.
    #[schema(example = 1)]
    desired: u32,
    /// Number of containers that are up.
    #[schema(example = 1)]
    up: usize,
    /// Whether the service is a job, which is meant to end.
    #[schema(example = false)]
    is_job: bool,
    #[schema(example = "nginx:1.27")]
    image: String,
    /// Published ports, `host->container`.
    #[schema(example = json!(["8000->8000"]))]
    ports: Vec<String>,
    containers: Vec<ContainerBody>,
}

/// A foreign object with the labels of a stack, for instance a container of an image that was committed from one of its
/// containers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SpoofedObject)]
struct SpoofedBody {
    #[schema(value_type = ObjectKindWord, example = "container")]
    kind: &'static str,
    #[schema(example = "shop-api-copy")]
    name: String,
    /// Its id on the engine; the name again for a volume.
    #[schema(example = "4f1c9a2b7d3e")]
    id: String,
    /// The image of a container; null for others.
    #[schema(example = "copy:latest")]
    image: Option<String>,
}

/// What it would take to match the applied version again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Drift)]
struct DriftBody {
    /// Whether the engine differs from the applied version.
    #[schema(example = true)]
    drifted: bool,
    /// The differences, each as the step that would undo it.
    steps: Vec<DriftStepBody>,
    /// Files of the stack's folder that somebody has changed since a version wrote them; the next apply overwrites them.
    files: Vec<DriftFileBody>,
    /// What would prevent it.
    blockers: Vec<PlanBlockerBody>,
}

/// A file of the stack's folder that is not as a version wrote it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DriftFile)]
struct DriftFileBody {
    /// Path in the stack's folder.
    #[schema(example = "conf/app.conf")]
    path: String,
    /// `changed`: it has another content, or something else is in its place; `removed`: it is gone.
    #[schema(value_type = FileEditWord, example = "changed")]
    edit: &'static str,
}

impl From<EditedFile> for DriftFileBody {
    fn from(file: EditedFile) -> Self {
        Self { path: file.path, edit: file.edit.as_str() }
    }
}

/// One difference from the applied version, as the step that would undo it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DriftStep)]
struct DriftStepBody {
    /// The kind of the step.
    #[schema(value_type = StepOpWord, example = "start_container")]
    op: &'static str,
    /// Name of the container, network, volume or image.
    #[schema(example = "shop-api-1")]
    subject: String,
    /// The service it is about; null for networks and volumes.
    #[schema(example = "api")]
    service: Option<String>,
    /// The replica it is about.
    #[schema(example = 1)]
    slot: Option<u32>,
    /// What the step would do.
    action: MessageBody,
    /// What differs.
    cause: MessageBody,
}

impl From<DriftStep> for DriftStepBody {
    fn from(step: DriftStep) -> Self {
        Self {
            op: step.operation.as_str(),
            subject: step.subject,
            service: step.service.map(|service| service.to_string()),
            slot: step.slot.map(|slot| slot.0),
            action: step.action.into(),
            cause: step.cause.into(),
        }
    }
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, StackNotFound, InvalidDefinition]);

/// Show the status of a stack.
///
/// Answers from the worker's last observation, whose age is included, without asking the engine.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses(
        (status = 200, description = "The status.", body = StatusBody, headers(
            ("ETag" = String, description = "Send it in `If-Match` with the next write."),
        )),
        Answers,
    )
)]
#[get("/stacks/{id}/status")]
pub(crate) async fn show_stack_status(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let id = StackId(*id);
    answer(&api, BlockingWork::Read, async move |api| {
        let status = api.server.show_stack_status(&caller.0, id).await?;
        let revision = status.stack.revision();
        Ok(Answer::ok(StatusBody::from(status)).with_header(etag(revision)))
    })
    .await
}

impl From<StackStatus> for StatusBody {
    fn from(status: StackStatus) -> Self {
        Self {
            stack_id: status.stack.id,
            name: status.stack.name,
            latest_version: status.stack.latest_version,
            current_version: status.stack.current_version,
            state: status.state.as_str(),
            services: status.services.into_iter().map(ServiceBody::from).collect(),
            drift: status.drift.map(|drift| DriftBody {
                drifted: drift.is_any(),
                steps: drift.steps.into_iter().map(DriftStepBody::from).collect(),
                files: drift.files.into_iter().map(DriftFileBody::from).collect(),
                blockers: drift.blockers.into_iter().map(PlanBlockerBody::from).collect(),
            }),
            spoofed: status
                .spoofed
                .into_iter()
                .map(|spoofed| SpoofedBody {
                    kind: spoofed.kind.as_str(),
                    name: spoofed.name,
                    id: spoofed.id,
                    image: spoofed.image,
                })
                .collect(),
            waits_behind: status.waits_behind.map(HolderBody::from),
            observed_at: status.observed_at,
            age_seconds: status.age.map(|age| age.as_secs_f64()),
        }
    }
}

impl From<ServiceStatus> for ServiceBody {
    fn from(service: ServiceStatus) -> Self {
        Self {
            service: service.name,
            state: service.state.as_str(),
            health: service.health.map(health_word),
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

#[cfg(test)]
mod tests;
