//! Configuration of other proxies, which route requests to instances by name.

use actix_web::HttpResponse;
use core_monitor_application::server::RouteFormat;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::template::{Routes, Upstream};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::Api;
use crate::caller::Caller;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::template_not_found;

pub(crate) mod caddy;
pub(crate) mod nginx;
pub(crate) mod traefik;

/// Which instances requests are routed to, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoutesQuery {
    /// Only the instances of this template.
    #[param(pattern = "^[a-z0-9][a-z0-9_-]{0,39}$")]
    template: Option<String>,
    /// The host name or the address by which the proxy reaches the machine that has the ports.
    #[param(default = "127.0.0.1", max_length = 253)]
    upstream: Option<String>,
}

impl RoutesQuery {
    /// The routes that are asked for.
    async fn routes(&self, api: &Api, caller: &Caller, format: RouteFormat) -> Result<Routes, Problem> {
        let upstream = self.upstream.as_deref().map(str::parse::<Upstream>).transpose();
        let upstream = upstream.map_err(|error| Problem::new(ErrorCode::InvalidRequest, error))?;
        let template = self.template.as_deref().map(str::parse::<TemplateName>).transpose();
        let template = template.map_err(|_| template_not_found())?;
        let routes = api.server.list_routes(&caller.0, format, template.as_ref()).await?;
        Ok(Routes::new(routes, upstream.unwrap_or_default()))
    }
}

/// An answer with this configuration.
fn configuration(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

#[cfg(test)]
mod tests;
