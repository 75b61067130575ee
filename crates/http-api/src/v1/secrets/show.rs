//! `GET /secrets/{secret}`

use actix_web::{HttpResponse, get, web};

use super::{NamedSecretDetailsBody, named};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [InvalidRequest, SecretNotFound]);

/// Show a secret with its versions, without their values.
#[utoipa::path(
    tag = "secrets",
    params(("secret" = String, Path, description = "The name of the secret.", example = "db-password")),
    responses((status = 200, description = "The secret.", body = NamedSecretDetailsBody), Answers)
)]
#[get("/secrets/{secret}")]
pub(crate) async fn show_secret(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let details = api.server.show_secret(&caller.0, &named(&name)?).await?;
    Ok(HttpResponse::Ok().json(NamedSecretDetailsBody::from(details)))
}
