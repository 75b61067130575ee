//! `PUT /stacks/{id}/on-demand/{service}`

use std::time::Duration;

use actix_web::{HttpResponse, put, web};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::ServiceName;
use core_monitor_domain::on_demand::Wish;
use core_monitor_domain::time::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::OnDemandServiceBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery, time_in_body};

/// What is to be set for a service at run time. What is left out or null is as the definition says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OnDemandChange)]
pub(crate) struct ChangeBody {
    /// How long nobody must have used it before it sleeps.
    #[serde(default)]
    #[schema(example = 900, minimum = 5, maximum = 2_592_000)]
    idle_timeout_seconds: Option<u64>,
    /// How long a start may take.
    #[serde(default)]
    #[schema(example = json!(null), minimum = 1, maximum = 3_600)]
    start_timeout_seconds: Option<u64>,
    /// How long a request is held that gets no page.
    #[serde(default)]
    #[schema(example = json!(null), minimum = 1, maximum = 3_600)]
    block_timeout_seconds: Option<u64>,
    /// Until when it stays awake once it is. It does not wake because of that.
    #[serde(default, deserialize_with = "time_in_body")]
    #[schema(value_type = Option<String>, format = DateTime, example = json!(null))]
    awake_until: Option<Timestamp>,
}

impl From<ChangeBody> for Wish {
    fn from(body: ChangeBody) -> Self {
        Self {
            idle: body.idle_timeout_seconds.map(Duration::from_secs),
            start: body.start_timeout_seconds.map(Duration::from_secs),
            block: body.block_timeout_seconds.map(Duration::from_secs),
            awake_until: body.awake_until,
        }
    }
}

answers!(Answers, Write, [NotFound, StackNotFound, NotOnDemand]);

/// Set the times of a service that wakes on demand, or keep it awake.
///
/// This makes no version: it holds for every version until it is taken back, and takes effect at once without touching an open
/// connection. It takes the place of everything that was set before: what is left out or null is as the definition says.
#[utoipa::path(
    tag = "on-demand",
    params(
        ("id" = Uuid, Path, description = "The stack."),
        ("service" = String, Path, description = "The service.", example = "web", pattern = "^[A-Za-z0-9._-]+$"),
    ),
    request_body(content = ChangeBody, content_type = "application/json"),
    responses((status = 200, description = "The service, with what was set.", body = OnDemandServiceBody), Answers)
)]
#[put("/stacks/{id}/on-demand/{service}")]
pub(crate) async fn set_on_demand_service(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(Uuid, ServiceName)>,
    caller: Caller,
    body: Body,
) -> Result<HttpResponse, Problem> {
    let (id, service) = path.into_inner();
    let wish = body.json::<ChangeBody>()?.into();
    let set = api.server.set_on_demand_service(&caller.0, StackId(id), &service, wish).await?;
    Ok(HttpResponse::Ok().json(OnDemandServiceBody::from(&set)))
}
