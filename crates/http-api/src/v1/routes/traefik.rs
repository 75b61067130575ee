//! `GET /routes/traefik.yml`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::RouteFormat;

use super::{RoutesQuery, configuration};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;

answers!(Answers, Read, [InvalidRequest, TemplateNotFound]);

/// Show the routes to instances with ports of the host as configuration of Traefik.
///
/// It is for the file provider: a router for the hosts of each instance, and one for its paths, which begin with the `prefix` of its
/// template.
#[utoipa::path(
    tag = "instances",
    params(RoutesQuery),
    responses(
        (
            status = 200,
            description = "The configuration.",
            content_type = "text/plain; charset=utf-8",
            body = String,
            example = "http:\n  routers:\n    'preview.shop.hosts':\n      rule: 'Host(`shop.preview.localhost`)'\n      service: 'preview.shop'\n"
        ),
        Answers
    )
)]
#[get("/routes/traefik.yml")]
pub(crate) async fn show_traefik_routes(
    api: web::Data<Api>,
    query: Query<RoutesQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let routes = query.routes(&api, &caller, RouteFormat::Traefik).await?;
    Ok(configuration(routes.traefik()))
}
