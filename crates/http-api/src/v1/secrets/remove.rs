//! `DELETE /secrets/{secret}`

use actix_web::{HttpResponse, delete, web};

use super::named;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, SecretNotFound, SecretInUse]);

/// Delete a secret with all its versions.
///
/// It is refused while the applied or the newest version of a stack asks for it.
#[utoipa::path(
    tag = "secrets",
    params(("secret" = String, Path, description = "The name of the secret.", example = "db-password")),
    responses((status = 204, description = "The secret was deleted."), Answers)
)]
#[delete("/secrets/{secret}")]
pub(crate) async fn delete_secret(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    api.server.delete_secret(&caller.0, &named(&name)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
