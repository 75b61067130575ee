//! `POST /alerts/test`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::TestedChannel;
use serde::Serialize;
use utoipa::ToSchema;

use super::DeliveryBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// What came of a test of the channels.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertTest)]
pub(crate) struct AlertTestBody {
    /// Each channel; none if none is configured.
    items: Vec<DeliveryBody>,
}

impl From<TestedChannel> for DeliveryBody {
    fn from(tested: TestedChannel) -> Self {
        let failure = tested.outcome.err().map(|failure| failure.to_string());
        Self { channel: tested.channel.to_owned(), failure }
    }
}

answers!(Answers, Act, [InvalidRequest]);

/// Send an alert to every channel that says only that alerts arrive.
///
/// Answers once each of them has taken it or has said why it does not, within half a minute. It is not listed.
#[utoipa::path(
    tag = "alerts",
    responses((status = 200, description = "What came of it.", body = AlertTestBody), Answers)
)]
#[post("/alerts/test")]
pub(crate) async fn send_test_alert(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let tested = api.server.send_test_alert(&caller.0).await?;
    let items = tested.into_iter().map(DeliveryBody::from).collect();
    Ok(HttpResponse::Ok().json(AlertTestBody { items }))
}
