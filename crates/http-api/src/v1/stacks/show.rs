//! `GET /stacks/{id}`

use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::stack_not_found;
use crate::response::etag;
use crate::v1::stacks::StackBody;

answers!(Answers, Read, [NotFound, StackNotFound]);

/// Show a stack.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses(
        (status = 200, description = "The stack.", body = StackBody, headers(
            ("ETag" = String, description = "What to send in `If-Match` with the next write."),
        )),
        Answers,
    )
)]
#[get("/stacks/{id}")]
pub(crate) async fn show_stack(api: web::Data<Api>, id: web::Path<Uuid>) -> Result<HttpResponse, Problem> {
    let stack = api.server.stacks.find(StackId(*id)).await?.ok_or_else(stack_not_found)?;
    let revision = stack.revision();
    Ok(HttpResponse::Ok().insert_header(etag(revision)).json(StackBody::from(stack)))
}

#[cfg(test)]
mod tests {
    use crate::testing::World;

    #[actix_web::test]
    async fn the_etag_is_the_revision() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let answer = world.send("GET", &format!("/api/v1/stacks/{stack}"), &[], "").await;
        assert_eq!(answer.header("etag"), Some("\"v0.1\""));
        let body = answer.json();
        assert_eq!((&body["revision"], &body["name"]), (&"v0.1".into(), &"shop".into()));
        assert!(body["current_version"].is_null(), "saved is not applied");
        assert_eq!(body["latest_version"], 1);
    }

    #[actix_web::test]
    async fn unknown_and_malformed_ids_are_told_apart() {
        let world = World::new().await;
        let code = async |address: &str| world.send("GET", address, &[], "").await.json()["code"].clone();
        assert_eq!(code("/api/v1/stacks/0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10").await, "stack-not-found");
        assert_eq!(code("/api/v1/stacks/shop").await, "not-found");
    }
}
