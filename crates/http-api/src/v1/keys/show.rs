//! `GET /templates/{template}/keys`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;

use super::KeyListBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::NoQuery;
use crate::said;

answers!(Answers, Read, [ServerBusy, InvalidRequest, TemplateNotFound, NoKeyList]);

/// Show which instances of a template are still wanted.
#[utoipa::path(
    tag = "instances",
    params(("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$")),
    responses((status = 200, description = "The list.", body = KeyListBody), Answers)
)]
#[get("/templates/{template}/keys")]
pub(crate) async fn show_keys(
    api: web::Data<Api>,
    _no_query: NoQuery,
    template: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let template = template.parse().map_err(|_| template_not_found())?;
    answer(&api, BlockingWork::Read, async move |api| {
        let list = api.server.show_keys(&caller.0, &template).await?;
        Ok(Answer::ok(KeyListBody::from(list.ok_or_else(no_list)?)))
    })
    .await
}

/// The template keeps every instance.
pub(super) fn no_list() -> Problem {
    Problem::new(ErrorCode::NoKeyList, said::no_key_list()).with_hint(said::set_key_list())
}
