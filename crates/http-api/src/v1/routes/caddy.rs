//! `GET /routes/Caddyfile`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::RouteFormat;

use super::{RoutesQuery, configuration};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;

answers!(Answers, Read, [InvalidRequest, TemplateNotFound]);

/// Show the routes to instances with ports of the host as a Caddyfile.
///
/// It has a site for the hosts of each instance, and one for every other host with a handler for each instance, at the `prefix` of
/// its template.
#[utoipa::path(
    tag = "instances",
    params(RoutesQuery),
    responses(
        (
            status = 200,
            description = "The configuration.",
            content_type = "text/plain; charset=utf-8",
            body = String,
            example = "http://shop.preview.localhost {\n\treverse_proxy http://127.0.0.1:8002\n}\n"
        ),
        Answers
    )
)]
#[get("/routes/Caddyfile")]
pub(crate) async fn show_caddy_routes(
    api: web::Data<Api>,
    query: Query<RoutesQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let routes = query.routes(&api, &caller, RouteFormat::Caddy).await?;
    Ok(configuration(routes.caddyfile()))
}
