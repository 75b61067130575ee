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
mod tests {
    use core_monitor_domain::alerts::{Alert, Watch};
    use core_monitor_domain::ports::Clock as _;
    use serde_json::json;

    use crate::testing::World;

    #[actix_web::test]
    async fn what_was_told_is_listed_with_who_has_taken_it() {
        let world = World::new().await;
        let empty = world.send("GET", "/api/v1/alerts", &[], "").await.json();
        assert_eq!((&empty["channels"], &empty["items"]), (&json!([]), &json!([])));
        let store = world.database.alert_store();
        let told = store.tell(Watch::default().state(), &[Alert::test(world.clock.now())]).await.unwrap();
        store.delivered(told[0].id, "mail", Some("no route to host".to_owned())).await.unwrap();
        let listed = world.send("GET", "/api/v1/alerts", &[], "").await.json();
        let alert = &listed["items"][0];
        assert_eq!((&alert["kind"], &alert["phase"]), (&json!("test"), &json!("began")));
        assert_eq!(alert["delivered"], json!([{"channel": "mail", "failure": "no route to host"}]));
    }

    #[actix_web::test]
    async fn a_test_without_channels_tells_nobody() {
        let world = World::new().await;
        let tested = world.send("POST", "/api/v1/alerts/test", &[], "").await;
        assert_eq!((tested.status.as_u16(), tested.json()["items"].clone()), (200, json!([])));
    }
}
