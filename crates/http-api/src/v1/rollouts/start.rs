//! `POST /templates/{template}/rollout`

use std::num::NonZeroU8;

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, StartRollout};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::template::Rollout;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{OnFailureBody, RolloutBody};
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::{Body, NoQuery, check_comment};
use crate::said;

/// How many upgrades are under way at once unless the request says otherwise.
const AT_ONCE: u8 = 1;

/// To which version of the template, and how fast.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RolloutRequest)]
pub(crate) struct StartBody {
    /// The version of the template; the newest one if null. An earlier one is as good.
    #[serde(default)]
    #[schema(value_type = Option<u32>, example = 3)]
    version: Option<VersionNumber>,
    /// How many upgrades may be under way at once, from 1 to 50; 1 if null. Those that wait in the queue
    /// when one fails are carried out all the same.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 50, example = 1)]
    at_once: Option<u8>,
    /// What a failure means for the instances that wait; they stay as they are if null.
    #[serde(default)]
    on_failure: Option<OnFailureBody>,
    /// Why.
    #[serde(default)]
    #[schema(example = "newer base image")]
    comment: Option<String>,
}

answers!(Answers, Write, [TemplateNotFound, TemplateVersionNotFound, RolloutUnderWay]);

/// Upgrade all instances of a template, a few at a time.
///
/// Instances are upgraded by key, each by an ordinary `APPLY` with the values, ports and secrets that it has; one that fails goes
/// back to what it was. `GET /templates/{template}/rollout/plan` shows beforehand what would change. Instances that are stopped
/// are upgraded too, and run afterwards.
#[utoipa::path(
    tag = "instances",
    params(("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$")),
    request_body(content = Option<StartBody>, content_type = "application/json"),
    responses((status = 202, description = "It has begun.", body = RolloutBody), Answers)
)]
#[post("/templates/{template}/rollout")]
pub(crate) async fn start_rollout(
    api: web::Data<Api>,
    _no_query: NoQuery,
    template: web::Path<String>,
    body: Body,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let StartBody { version, at_once, on_failure, comment } = body.json_or_default()?;
    let comment = comment.unwrap_or_default();
    check_comment(&comment)?;
    let at_once =
        NonZeroU8::new(at_once.unwrap_or(AT_ONCE)).filter(|number| number.get() <= Rollout::AT_ONCE);
    let at_once = at_once.ok_or_else(|| {
        Problem::new(ErrorCode::InvalidRequest, said::rollout_pace_unusable(Rollout::AT_ONCE))
    })?;
    let request = StartRollout {
        template: template.parse().map_err(|_| template_not_found())?,
        version,
        at_once,
        after_failure: on_failure.unwrap_or_default().into(),
        comment,
    };
    answer(&api, BlockingWork::Read, async move |api| {
        Ok(Answer::accepted(RolloutBody::from(api.server.start_rollout(&caller.0, request).await?)))
    })
    .await
}
