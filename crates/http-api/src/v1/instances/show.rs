//! `GET /templates/{template}/instances/{key}`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;

use super::{InstanceBody, names};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

answers!(Answers, Read, [ServerBusy, InvalidRequest, TemplateNotFound, InstanceNotFound]);

/// Show an instance.
#[utoipa::path(
    tag = "instances",
    params(
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
        ("key" = String, Path, description = "The key of the instance.", pattern = "^[a-z0-9][a-z0-9_-]{0,60}$"),
    ),
    responses((status = 200, description = "The instance.", body = InstanceBody), Answers)
)]
#[get("/templates/{template}/instances/{key}")]
pub(crate) async fn show_instance(
    api: web::Data<Api>,
    _no_query: NoQuery,
    path: web::Path<(String, String)>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (template, key) = names(&path)?;
    answer(&api, BlockingWork::Read, async move |api| {
        let listed = api.server.show_instance(&caller.0, &template, &key).await?;
        Ok(Answer::ok(InstanceBody::of(&template, listed)))
    })
    .await
}
