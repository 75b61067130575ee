//! `GET /registries`

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::RegistryBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// All registries with stored credentials.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistryList)]
pub(crate) struct RegistryListBody {
    /// By host.
    items: Vec<RegistryBody>,
}

answers!(Answers, Read, [InvalidRequest]);

/// List the registries for which credentials are stored.
#[utoipa::path(
    tag = "registries",
    responses((status = 200, description = "The registries.", body = RegistryListBody), Answers)
)]
#[get("/registries")]
pub(crate) async fn list_registries(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let registries = api.server.list_registries(&caller.0).await?;
    let items = registries.into_iter().map(RegistryBody::from).collect();
    Ok(HttpResponse::Ok().json(RegistryListBody { items }))
}
