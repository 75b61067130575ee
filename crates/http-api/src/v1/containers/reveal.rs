//! `POST /containers/{id}/inspect`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::ContainerId;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::v1::containers::inspect::InspectedBody;

answers!(Answers, Act, [InvalidRequest, ServerBusy, ContainerNotFound, WorkerAway, EngineUnavailable]);

/// Inspect a container of the host with its secrets.
///
/// The audit records who did it. It is a permission of its own, and no `GET`, so that nothing fetches, caches or prefetches it
/// by accident.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1")),
    responses((status = 200, description = "The container, as the engine describes it.", body = InspectedBody), Answers)
)]
#[post("/containers/{id}/inspect")]
pub(crate) async fn reveal_secrets(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let container = ContainerId(id.into_inner());
    answer(&api, BlockingWork::Read, async move |api| {
        let inspected = api.server.reveal_secrets(&caller.0, &container).await?;
        let no_store = (actix_web::http::header::CACHE_CONTROL, "no-store");
        Ok(Answer::ok(InspectedBody::from(inspected)).with_header(no_store))
    })
    .await
}
