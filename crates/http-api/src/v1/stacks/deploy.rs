//! `POST /stacks/{id}/deploy`: its place is kept, the function is not there yet.

use actix_web::{HttpResponse, post, web};
use core_monitor_domain::ids::StackId;
use uuid::Uuid;

use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::stack_not_found;

answers!(Answers, Read, [NotFound, StackNotFound, CrossSite, NotImplemented]);

/// Put an application artifact into running middleware.
///
/// **Not available yet**: always answers 501. The address is reserved for the command `DEPLOY`.
#[utoipa::path(
    tag = "stacks",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses(Answers)
)]
#[post("/stacks/{id}/deploy")]
pub(crate) async fn deploy_artifact(
    api: web::Data<Api>,
    id: web::Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    api.server.stacks.find(StackId(*id)).await?.ok_or_else(stack_not_found)?;
    Err(Problem::new(
        ErrorCode::NotImplemented,
        "deploying an artifact into middleware is not available in this release",
    )
    .with_hint("put the artifact into an image, and apply a version that names the image"))
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn nothing_is_put_into_the_queue() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let answer =
            world.send("POST", &format!("/api/v1/stacks/{stack}/deploy"), &[("If-Match", "*")], "").await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::NOT_IMPLEMENTED, "not-implemented".to_owned())
        );
        let page = world.send("GET", "/api/v1/commands", &[], "").await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "only the CREATE");
    }
}
