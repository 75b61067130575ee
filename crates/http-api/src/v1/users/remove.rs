//! `DELETE /users/{name}`

use actix_web::{HttpResponse, delete, web};

use super::named;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, UserNotFound, LastAdministrator]);

/// Remove a user.
///
/// Their sessions end, and what they have requested and has not begun is cancelled. What they did stays recorded under their name. The
/// last administrator who can sign in cannot be removed. A user who comes from the provider of identities is back after their next sign-in, as
/// long as one of their groups has a role here: disable them at the provider first.
#[utoipa::path(
    tag = "users",
    params(("name" = String, Path, description = "The name of the user.", example = "ann")),
    responses((status = 204, description = "The user was removed."), Answers)
)]
#[delete("/users/{name}")]
pub(crate) async fn remove_user(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    api.server.remove_user(&caller.0, &named(&name)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
