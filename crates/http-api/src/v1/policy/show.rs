//! `GET /policy`

use actix_web::{HttpResponse, get, web};

use super::PolicyBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [InvalidRequest]);

/// Show the policy on what may run.
///
/// It says what definitions get of the host, by who applies them and to which stack. What no stack gets is not in it.
#[utoipa::path(
    tag = "policy",
    responses((status = 200, description = "The policy.", body = PolicyBody), Answers)
)]
#[get("/policy")]
pub(crate) async fn show_policy(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(PolicyBody::from(api.server.show_policy(&caller.0).await?)))
}
