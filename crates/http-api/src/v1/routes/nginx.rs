//! `GET /routes/nginx.conf`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::RouteFormat;

use super::{RoutesQuery, configuration};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;

answers!(Answers, Read, [InvalidRequest, TemplateNotFound]);

/// Show the routes to instances with ports of the host as configuration of nginx.
///
/// It is for the `http` section: a server for the hosts of each instance, and one for every other host with a location for each
/// instance, at the `prefix` of its template.
#[utoipa::path(
    tag = "instances",
    params(RoutesQuery),
    responses(
        (
            status = 200,
            description = "The configuration.",
            content_type = "text/plain; charset=utf-8",
            body = String,
            example = "server {\n    listen 80;\n    server_name shop.preview.localhost;\n\n    location / {\n        proxy_pass http://127.0.0.1:8002;\n    }\n}\n"
        ),
        Answers
    )
)]
#[get("/routes/nginx.conf")]
pub(crate) async fn show_nginx_routes(
    api: web::Data<Api>,
    query: Query<RoutesQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let routes = query.routes(&api, &caller, RouteFormat::Nginx).await?;
    Ok(configuration(routes.nginx()))
}
