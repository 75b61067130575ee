//! `DELETE /registries/{host}`

use actix_web::{HttpResponse, delete, web};

use super::{host, not_found};
use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;

answers!(Answers, Write, [RegistryNotFound, InvalidRegistry]);

/// Forget the credentials of a registry.
///
/// Its images are fetched without any from now on.
#[utoipa::path(
    tag = "registries",
    params((
        "host" = String, Path, description = "The registry.", example = "registry.example.com:5000",
        pattern = "^[A-Za-z0-9_.:\\[\\]-]+$"
    )),
    responses((status = 204, description = "They are gone."), Answers)
)]
#[delete("/registries/{host}")]
pub(crate) async fn remove_registry(
    api: web::Data<Api>,
    name: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let host = host(&name)?;
    if api.server.registries.remove(&host).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(not_found(&host))
    }
}
