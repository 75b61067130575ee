//! `DELETE /tokens/{name}`

use actix_web::{HttpResponse, delete, web};

use super::named;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, TokenNotFound]);

/// Revoke an API token.
///
/// It is not valid from now on, and the sessions that were begun with it end. Commands that were requested with it and have not begun
/// are cancelled.
#[utoipa::path(
    tag = "tokens",
    params(("name" = String, Path, description = "The name of the token.", example = "ci")),
    responses((status = 204, description = "The token is revoked."), Answers)
)]
#[delete("/tokens/{name}")]
pub(crate) async fn revoke_token(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    api.server.revoke_token(&caller.0, &named(&name)?).await?;
    Ok(HttpResponse::NoContent().finish())
}
