//! `GET /account`

use actix_web::{HttpResponse, get, web};

use super::AccountBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [InvalidRequest]);

/// Show who is asking, and what was granted to them.
#[utoipa::path(
    tag = "account",
    responses((status = 200, description = "The account.", body = AccountBody), Answers)
)]
#[get("/account")]
pub(crate) async fn show_account(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let account = api.server.show_account(&caller.0).await?;
    Ok(HttpResponse::Ok().json(AccountBody::from(&account)))
}
