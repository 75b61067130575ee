//! `GET /registries/{host}`

use actix_web::{HttpResponse, get, web};

use super::{RegistryBody, host};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [InvalidRequest, RegistryNotFound, InvalidRegistry]);

/// Show whether credentials are stored for a registry, and since when.
///
/// The response never contains the credentials themselves.
#[utoipa::path(
    tag = "registries",
    params((
        "host" = String, Path, description = "The registry.", example = "registry.example.com:5000",
        pattern = "^[A-Za-z0-9_.:\\[\\]-]+$"
    )),
    responses((status = 200, description = "Credentials are stored.", body = RegistryBody), Answers)
)]
#[get("/registries/{host}")]
pub(crate) async fn show_registry(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let host = host(&name)?;
    let found = api.server.show_registry(&caller.0, &host).await?;
    Ok(HttpResponse::Ok().json(RegistryBody::from(found)))
}
