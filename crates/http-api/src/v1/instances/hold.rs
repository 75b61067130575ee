//! `PUT` and `DELETE /templates/{template}/instances/{key}/hold`

use actix_web::{HttpResponse, delete, put, web};
use core_monitor_application::server::BlockingWork;

use super::{InstanceBody, names};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Act, [ServerBusy, InvalidRequest, TemplateNotFound, InstanceNotFound]);

/// Keep an instance whatever its template and the list of keys say.
#[utoipa::path(
    tag = "instances",
    params(
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ),
    responses((status = 200, description = "The instance.", body = InstanceBody), Answers)
)]
#[put("/templates/{template}/instances/{key}/hold")]
pub(crate) async fn hold_instance(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    answer(&api, BlockingWork::Read, async move |api| {
        let listed = api.server.hold_instance(&caller.0, (&template, &key)).await?;
        Ok(Answer::ok(InstanceBody::of(&template, listed)))
    })
    .await
}

/// Let an instance end as its template and the list of keys say.
#[utoipa::path(
    tag = "instances",
    params(
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ),
    responses((status = 200, description = "The instance.", body = InstanceBody), Answers)
)]
#[delete("/templates/{template}/instances/{key}/hold")]
pub(crate) async fn release_instance(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    answer(&api, BlockingWork::Read, async move |api| {
        let listed = api.server.release_instance(&caller.0, (&template, &key)).await?;
        Ok(Answer::ok(InstanceBody::of(&template, listed)))
    })
    .await
}
