//! `POST /stacks/{id}/delete`

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::StackId;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, WaitQuery, WriteRequest};
use crate::response::queued;
use crate::v1::commands::{Queued, QueuedHeaders};

/// Options of a delete.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeleteBody {
    /// Also remove the stack's volumes, with their data. `false` by default.
    #[serde(default)]
    #[schema(example = false)]
    volumes: bool,
}

answers!(Answers, Change, [NotFound]);

/// Delete a stack.
///
/// Removes its containers and networks, with `volumes` also its volumes and their data, and then the stack. Its name becomes
/// free; its commands can still be read. `external` networks and volumes, and objects that belong to others, are not
/// touched.
#[utoipa::path(
    tag = "stacks",
    params(WaitQuery, ("id" = Uuid, Path, description = "The stack."), QueuedHeaders),
    request_body(content = Option<DeleteBody>, content_type = "application/json"),
    responses(Queued, Answers)
)]
#[post("/stacks/{id}/delete")]
pub(crate) async fn delete_stack(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
    query: Query<WaitQuery>,
    request: WriteRequest,
) -> Result<HttpResponse, Problem> {
    let volumes = request.body.json_or_default::<DeleteBody>()?.volumes;
    queued(&api, StackId(*id), CommandPayload::Delete { volumes }, request.on_existing()?, query.wait).await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn volumes_stay_unless_they_are_named() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/delete");
        let json = [("If-Match", "*"), ("Content-Type", "application/json")];
        let volumes = async |body: &str| {
            world.send("POST", &address, &json, body).await.json()["payload"]["volumes"].clone()
        };
        assert_eq!(volumes("").await, false);
        assert_eq!(volumes("{}").await, false);
        assert_eq!(volumes(r#"{"volumes": true}"#).await, true);
        let answer = world.send("POST", &address, &json, r#"{"volume": true}"#).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "a misspelt key must not decide about data");
    }
}
