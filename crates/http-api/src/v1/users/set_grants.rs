//! `PUT /users/{name}/grants`

use actix_web::{HttpResponse, put, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{UserBody, grants, named};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};
use crate::v1::grants::NewGrantBody;

/// What a user may do from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserGrantsRequest)]
pub(crate) struct NewGrantsBody {
    /// All of it, one or more: what is not in the list is taken away.
    #[schema(min_items = 1, max_items = 16)]
    grants: Vec<NewGrantBody>,
}

answers!(Answers, Write, [UserNotFound, LastAdministrator]);

/// Set what a user may do.
///
/// It holds from their next request on, and for what they have requested and has not begun.
#[utoipa::path(
    tag = "users",
    params(("name" = String, Path, description = "The name of the user.", example = "ann")),
    request_body(content = NewGrantsBody, content_type = "application/json"),
    responses((status = 200, description = "The user.", body = UserBody), Answers)
)]
#[put("/users/{name}/grants")]
pub(crate) async fn set_user_grants(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let NewGrantsBody { grants: wanted } = body.json()?;
    let user = api.server.set_user_grants(&caller.0, &named(&name)?, grants(wanted)?).await?;
    Ok(HttpResponse::Ok().json(UserBody::from(&user)))
}
