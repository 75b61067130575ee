//! `GET /templates/{template}/rollout`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;

use super::RolloutBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::NoQuery;

answers!(Answers, Read, [ServerBusy, InvalidRequest, TemplateNotFound, NoRollout]);

/// Show how far the newest rollout of a template is.
#[utoipa::path(
    tag = "instances",
    params(("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$")),
    responses((status = 200, description = "The rollout.", body = RolloutBody), Answers)
)]
#[get("/templates/{template}/rollout")]
pub(crate) async fn show_rollout(
    api: web::Data<Api>,
    _no_query: NoQuery,
    template: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let template = template.parse().map_err(|_| template_not_found())?;
    answer(&api, BlockingWork::Read, async move |api| {
        Ok(Answer::ok(RolloutBody::from(api.server.show_rollout(&caller.0, &template).await?)))
    })
    .await
}
