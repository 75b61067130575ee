//! `GET /secrets/{secret}/versions/{number}/value`

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use core_monitor_domain::ids::VersionNumber;
use serde::Serialize;
use utoipa::ToSchema;

use super::{named, version_not_found};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The value of a version of a secret.
#[derive(Serialize, ToSchema)]
#[schema(as = NamedSecretValue)]
pub(crate) struct NamedSecretValueBody {
    /// The name of the secret.
    #[schema(example = "db-password")]
    name: String,
    /// The number of the version.
    #[schema(example = 3)]
    number: u32,
    /// The value.
    #[schema(format = Password, example = "correct horse battery staple")]
    value: String,
}

answers!(Answers, Read, [InvalidRequest, SecretNotFound, SecretVersionNotFound, SecretsUnreadable]);

/// Read the value of a secret.
///
/// It takes the permission `secrets`. It is in the audit who has read it, before it is shown.
#[utoipa::path(
    tag = "secrets",
    params(
        ("secret" = String, Path, description = "The name of the secret.", example = "db-password"),
        ("number" = u32, Path, description = "The number of the version.", example = 3, minimum = 1),
    ),
    responses((
        status = 200, description = "The value.", body = NamedSecretValueBody,
        headers(("Cache-Control" = String, description = "`no-store`."))
    ), Answers)
)]
#[get("/secrets/{secret}/versions/{number}/value")]
pub(crate) async fn read_secret_value(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (name, number) = path.into_inner();
    let name = named(&name)?;
    let number = number.parse::<u32>().map_err(|_| version_not_found(&number))?;
    let value = api.server.read_secret_value(&caller.0, &name, VersionNumber(number)).await?;
    let body = NamedSecretValueBody { name: name.to_string(), number, value: value.expose().to_owned() };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(body))
}
