//! `POST /tokens/{name}/rotate`

use actix_web::{HttpResponse, post, web};

use super::{IssuedTokenBody, named};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, TokenNotFound]);

/// Give an API token another secret.
///
/// The former secret is not valid from now on, and the sessions that were begun with it end. Role, stacks and the time at which it
/// runs out stay. Commands that were requested with the former secret and have not begun are cancelled.
#[utoipa::path(
    tag = "tokens",
    params(("name" = String, Path, description = "The name of the token.", example = "ci")),
    responses((status = 200, description = "The token with its new secret.", body = IssuedTokenBody), Answers)
)]
#[post("/tokens/{name}/rotate")]
pub(crate) async fn rotate_token(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let issued = api.server.rotate_token(&caller.0, &named(&name)?).await?;
    Ok(HttpResponse::Ok().json(IssuedTokenBody::from(issued)))
}
