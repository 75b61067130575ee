//! `POST /users/{name}/invitation`

use actix_web::{HttpResponse, post, web};

use super::{InvitedUserBody, named};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, UserNotFound]);

/// Invite a user again.
///
/// For who has lost the password or the app with the one-time codes, or let the invitation run out. A former invitation is not valid any
/// more. Password, codes and sessions stay until this one is accepted: then the codes are off and the other sessions end.
#[utoipa::path(
    tag = "users",
    params(("name" = String, Path, description = "The name of the user.", example = "ann")),
    responses((status = 200, description = "The user with their invitation.", body = InvitedUserBody), Answers)
)]
#[post("/users/{name}/invitation")]
pub(crate) async fn renew_invitation(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let invited = api.server.renew_invitation(&caller.0, &named(&name)?).await?;
    Ok(HttpResponse::Ok().json(InvitedUserBody::from(invited)))
}
