//! `GET /stacks/{id}/versions/{version}/wizard`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::Opened;
use core_monitor_domain::ids::{StackId, VersionNumber};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ChoiceBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The choices of a version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenedWizard)]
pub(crate) struct OpenedBody {
    /// The components; none if the wizard did not write the file.
    components: Vec<ChoiceBody>,
    /// Whether the wizard can change the file. Components can be added to any file that can be read.
    #[schema(example = true)]
    editable: bool,
    /// What the wizard did not write, or what differs from what it wrote, at most 200 paths. It stays as it is.
    #[schema(example = json!(["services.web.labels"]))]
    unknown: Vec<String>,
}

answers!(Answers, Read, [InvalidRequest, NotFound, StackNotFound, VersionNotFound]);

/// Open the wizard on a version.
///
/// The compose file records the choices under `x-wizard`. A file that was edited by hand keeps working.
#[utoipa::path(
    tag = "wizard",
    params(
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "Its number.", example = 1),
    ),
    responses((status = 200, description = "The choices.", body = OpenedBody), Answers)
)]
#[get("/stacks/{id}/versions/{version}/wizard")]
pub(crate) async fn open_wizard(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(Uuid, u32)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (stack, version) = path.into_inner();
    let opened = api.server.open_wizard(&caller.0, StackId(stack), VersionNumber(version)).await?;
    let Opened { choices, editable, unknown } = opened;
    let components = choices.components.into_iter().map(ChoiceBody::from).collect();
    Ok(HttpResponse::Ok().json(OpenedBody { components, editable, unknown }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_file_of_somebody_else_has_no_choices() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let opened = world.send("GET", &format!("/api/v1/stacks/{stack}/versions/1/wizard"), &[], "").await;
        let opened = opened.json();
        assert_eq!((&opened["components"], &opened["editable"]), (&json!([]), &json!(true)));
        assert_eq!(opened["unknown"], json!(["services.web"]));
    }
}
