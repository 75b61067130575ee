//! `GET /on-demand`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use serde::Serialize;
use utoipa::ToSchema;

use super::{GatewayBody, OnDemandServiceBody};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The services that wake on demand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OnDemandList)]
pub(crate) struct OnDemandListBody {
    gateway: GatewayBody,
    /// By stack and name.
    items: Vec<OnDemandServiceBody>,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy]);

/// List the services that wake on demand.
///
/// Those that the applied versions declare under `x-core-monitor.on-demand`, and how each of them stood when the gateway last
/// said: within a second after it has changed, and every ten seconds.
#[utoipa::path(
    tag = "on-demand",
    responses((status = 200, description = "The services.", body = OnDemandListBody), Answers)
)]
#[get("/on-demand")]
pub(crate) async fn list_on_demand(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    answer(&api, BlockingWork::Read, async move |api| {
        let shown = api.server.list_on_demand(&caller.0).await?;
        Ok(Answer::ok(OnDemandListBody {
            gateway: GatewayBody::of(shown.gateway.as_ref(), shown.gateway_runs),
            items: shown.services.iter().map(OnDemandServiceBody::from).collect(),
        }))
    })
    .await
}

#[cfg(test)]
mod tests;
