//! `DELETE /templates/{template}/keys`

use actix_web::{HttpResponse, delete, web};

use super::show::no_list;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, TemplateNotFound, NoKeyList]);

/// Keep every instance of a template from now on.
///
/// Removes the list. Instances that were missing from it are not removed any more.
#[utoipa::path(
    tag = "instances",
    params(("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$")),
    responses((status = 204, description = "The list was removed."), Answers)
)]
#[delete("/templates/{template}/keys")]
pub(crate) async fn remove_keys(
    api: web::Data<Api>,
    _no_query: NoQuery,
    template: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let template = template.parse().map_err(|_| template_not_found())?;
    let was_there = api.server.remove_keys(&caller.0, &template).await?;
    if was_there { Ok(HttpResponse::NoContent().finish()) } else { Err(no_list()) }
}
