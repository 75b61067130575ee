//! `POST /templates/{template}/rollout/cancel`

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::BlockingWork;

use super::RolloutBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::NoQuery;

answers!(Answers, Act, [ServerBusy, InvalidRequest, TemplateNotFound, NoRollout]);

/// Upgrade no other instance of a template.
///
/// Upgrades under way go on. One that is over stays as it is.
#[utoipa::path(
    tag = "instances",
    params(("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$")),
    responses((status = 200, description = "The rollout.", body = RolloutBody), Answers)
)]
#[post("/templates/{template}/rollout/cancel")]
pub(crate) async fn cancel_rollout(
    api: web::Data<Api>,
    _no_query: NoQuery,
    template: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let template = template.parse().map_err(|_| template_not_found())?;
    answer(&api, BlockingWork::Read, async move |api| {
        Ok(Answer::ok(RolloutBody::from(api.server.cancel_rollout(&caller.0, &template).await?)))
    })
    .await
}
