//! `GET /tokens`

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::TokenBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// All tokens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenList)]
pub(crate) struct TokenListBody {
    /// By name.
    items: Vec<TokenBody>,
}

answers!(Answers, Read, [InvalidRequest]);

/// List the API tokens.
///
/// Those whose time has run out are listed until they are revoked.
#[utoipa::path(
    tag = "tokens",
    responses((status = 200, description = "The tokens.", body = TokenListBody), Answers)
)]
#[get("/tokens")]
pub(crate) async fn list_tokens(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let tokens = api.server.list_tokens(&caller.0).await?;
    let items = tokens.into_iter().map(TokenBody::from).collect();
    Ok(HttpResponse::Ok().json(TokenListBody { items }))
}
