//! `GET /stacks/{id}/containers`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ContainerStatus};
use core_monitor_domain::ids::{ContainerId, StackId};
use core_monitor_domain::placement::Placement;
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
use crate::v1::offer::{OfferBody, offers};
use crate::v1::words::{HealthWord, ServiceStateWord, health_word};

/// A container of a stack.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Container)]
pub(crate) struct ContainerBody {
    /// The engine's id.
    #[schema(value_type = String, example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: ContainerId,
    #[schema(example = "shop-api-1")]
    name: String,
    /// The service; null if the container's label cannot be read.
    #[schema(example = "api")]
    service: Option<String>,
    /// The replica number, from 1.
    #[schema(example = 1)]
    slot: Option<u32>,
    /// State of the container.
    #[schema(value_type = ServiceStateWord, example = "running")]
    state: &'static str,
    /// What its health check says; null without one, and while the container is not up.
    #[schema(value_type = Option<HealthWord>, example = "healthy")]
    health: Option<&'static str>,
    /// The status as `docker ps` shows it.
    #[schema(example = "Up (healthy)")]
    status: String,
    /// The image reference it was created with.
    #[schema(example = "nginx:1.27")]
    image: String,
    /// The id of its image.
    #[schema(example = "sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    image_id: String,
    /// How many times the engine restarted it because of its restart policy.
    #[schema(example = 0)]
    restart_count: u32,
    /// Why the last start failed.
    #[schema(example = "")]
    error: String,
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    created_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    finished_at: Option<Timestamp>,
    /// Names of the networks it is attached to.
    #[schema(example = json!(["shop_default"]))]
    networks: Vec<String>,
    /// What is in its deploy slots, by slot.
    artifacts: Vec<PlacementBody>,
    /// What can be done in it, as far as the last observation shows. Its output and its files can be read in any state.
    actions: Vec<OfferBody>,
}

/// What a slot of a container has, as it was recorded when it was put in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContainerArtifact)]
pub(crate) struct PlacementBody {
    /// The slot.
    #[schema(example = "app")]
    slot: String,
    /// The artifact that is in it; null while none is known to be there as a whole, since the last one to be put in did not
    /// arrive.
    #[schema(example = "sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    digest: Option<String>,
    /// Where it is: its file, or the folder of its files.
    #[schema(example = "/usr/local/tomcat/webapps/shop.war")]
    path: Option<String>,
    /// Whether it was seen to work. Stays false for a slot without `verify`.
    #[schema(example = true)]
    verified: bool,
    /// Other artifacts of which there may be files.
    #[schema(example = json!([]))]
    remains: Vec<String>,
}

impl From<&Placement> for PlacementBody {
    fn from(placement: &Placement) -> Self {
        let content = placement.content.as_ref();
        Self {
            slot: placement.slot.to_string(),
            digest: content.map(|content| content.digest.to_string()),
            path: content.map(|content| content.path.clone()),
            verified: placement.verified,
            remains: placement.remains.iter().map(|content| content.digest.to_string()).collect(),
        }
    }
}

impl From<ContainerStatus> for ContainerBody {
    fn from(container: ContainerStatus) -> Self {
        let observed = container.observed;
        let mut artifacts: Vec<_> = observed.placements.iter().map(PlacementBody::from).collect();
        artifacts.sort_by(|a, b| a.slot.cmp(&b.slot));
        Self {
            artifacts,
            actions: offers(observed.state.offers()),
            service: observed.service().map(|service| service.to_string()),
            slot: observed.slot().map(|slot| slot.0),
            container_id: container.id,
            name: container.name,
            state: container.state.as_str(),
            health: observed.current_health().map(health_word),
            status: container.text,
            image: observed.image,
            image_id: observed.image_id.0,
            restart_count: observed.restart_count,
            error: observed.error,
            created_at: observed.created_at,
            started_at: observed.started_at,
            finished_at: observed.finished_at,
            networks: observed.networks.into_keys().collect(),
        }
    }
}

/// Containers of a stack.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContainerList)]
pub(crate) struct ContainersBody {
    /// By service, in the order of the definition, then by name.
    items: Vec<ContainerBody>,
    /// When the worker last observed the engine; null before the first observation.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:05:00Z")]
    observed_at: Option<Timestamp>,
    /// Age of that observation in seconds.
    #[schema(example = 1.5)]
    age_seconds: Option<f64>,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, StackNotFound, InvalidDefinition]);

/// List the containers of a stack.
///
/// Answers from the worker's last observation, whose age is included, without asking the engine.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses((status = 200, description = "The containers.", body = ContainersBody), Answers)
)]
#[get("/stacks/{id}/containers")]
pub(crate) async fn list_stack_containers(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let id = StackId(*id);
    answer(&api, BlockingWork::Read, async move |api| {
        let status = api.server.list_stack_containers(&caller.0, id).await?;
        let containers = status.services.into_iter().flat_map(|service| service.containers);
        Ok(Answer::ok(ContainersBody {
            items: containers.map(ContainerBody::from).collect(),
            observed_at: status.observed_at,
            age_seconds: status.age.map(|age| age.as_secs_f64()),
        }))
    })
    .await
}
