//! `GET /stacks/{id}`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::ShownStack;
use core_monitor_domain::ids::StackId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::response::etag;
use crate::v1::commands::HolderBody;
use crate::v1::offer::{OfferBody, offers};
use crate::v1::stacks::StackBody;

/// A stack with what can be done to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StackDetails {
    #[serde(flatten)]
    stack: StackBody,
    /// What its first waiting command waits behind; null if none waits for another one.
    waits_behind: Option<HolderBody>,
    /// What can be done to it now.
    actions: Vec<OfferBody>,
}

answers!(Answers, Read, [InvalidRequest, NotFound, StackNotFound]);

/// Show a stack.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses(
        (status = 200, description = "The stack.", body = StackDetails, headers(
            ("ETag" = String, description = "Send it in `If-Match` with the next write."),
        )),
        Answers,
    )
)]
#[get("/stacks/{id}")]
pub(crate) async fn show_stack(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let ShownStack { stack, waits_behind, offers: offered } =
        api.server.show_stack(&caller.0, StackId(*id)).await?;
    let revision = stack.revision();
    let waits_behind = waits_behind.map(HolderBody::from);
    let details = StackDetails { stack: stack.into(), waits_behind, actions: offers(offered) };
    Ok(HttpResponse::Ok().insert_header(etag(revision)).json(details))
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
