//! `GET /registries/{host}`

use actix_web::{HttpResponse, get, web};

use super::{RegistryBody, host, not_found};
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;

answers!(Answers, Read, [RegistryNotFound, InvalidRegistry]);

/// Show whether credentials are stored for a registry, and since when.
///
/// The credentials themselves are never shown.
#[utoipa::path(
    tag = "registries",
    params((
        "host" = String, Path, description = "The registry.", example = "registry.example.com:5000",
        pattern = "^[A-Za-z0-9_.:\\[\\]-]+$"
    )),
    responses((status = 200, description = "There are.", body = RegistryBody), Answers)
)]
#[get("/registries/{host}")]
pub(crate) async fn show_registry(
    api: web::Data<Api>,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let host = host(&name)?;
    let found = api.server.registries.find(&host).await?.ok_or_else(|| not_found(&host))?;
    Ok(HttpResponse::Ok().json(RegistryBody::from(found)))
}
