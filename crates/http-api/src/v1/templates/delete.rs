//! `DELETE /templates/{template}`

use actix_web::{HttpResponse, delete, web};

use super::template_name;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [InvalidRequest, TemplateNotFound, TemplateInUse]);

/// Delete a template that has no instances.
///
/// Its name is free again.
#[utoipa::path(
    tag = "templates",
    params((
        "template" = String, Path, description = "Name of the template.", example = "shop",
        pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40
    )),
    responses((status = 204, description = "The template was deleted."), Answers)
)]
#[delete("/templates/{template}")]
pub(crate) async fn delete_template(
    api: web::Data<Api>,
    _no_query: NoQuery,
    name: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let name = template_name(&name)?;
    api.server.delete_template(&caller.0, &name).await?;
    Ok(HttpResponse::NoContent().finish())
}
