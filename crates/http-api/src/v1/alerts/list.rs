//! `GET /alerts`

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::AlertBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The last alerts.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertList)]
pub(crate) struct AlertListBody {
    /// The channels that alerts are sent to; empty if none is configured, and then nothing is told.
    #[schema(example = json!(["mail", "webhook"]))]
    channels: Vec<&'static str>,
    /// The last 200, the newest first.
    items: Vec<AlertBody>,
}

answers!(Answers, Read, [InvalidRequest]);

/// List the last alerts and the channels that they are sent to.
///
/// Channels are configured where the server is started; see `docs/reference/alerts.md`.
#[utoipa::path(
    tag = "alerts",
    responses((status = 200, description = "The alerts.", body = AlertListBody), Answers)
)]
#[get("/alerts")]
pub(crate) async fn list_alerts(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let shown = api.server.list_alerts(&caller.0).await?;
    let items = shown.alerts.into_iter().map(AlertBody::from).collect();
    Ok(HttpResponse::Ok().json(AlertListBody { channels: shown.channels, items }))
}

#[cfg(test)]
mod tests;
