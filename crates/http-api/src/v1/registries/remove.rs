//! `DELETE /registries/{host}`

use actix_web::{HttpResponse, delete, web};

use super::host;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, RegistryNotFound, InvalidRegistry]);

/// Remove the credentials of a registry.
///
/// From now on, its images are pulled without credentials.
#[utoipa::path(
    tag = "registries",
    params((
        "host" = String, Path, description = "The registry.", example = "registry.example.com:5000",
        pattern = "^[A-Za-z0-9_.:\\[\\]-]+$"
    )),
    responses((status = 204, description = "The credentials were removed."), Answers)
)]
#[delete("/registries/{host}")]
pub(crate) async fn remove_registry(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let host = host(&name)?;
    api.server.remove_registry(&caller.0, &host).await?;
    Ok(HttpResponse::NoContent().finish())
}
