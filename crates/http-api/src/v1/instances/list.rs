//! `GET /templates/{template}/instances`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, InstanceQuery};
use core_monitor_domain::names::InstanceKey;
use serde::Deserialize;
use utoipa::IntoParams;

use super::InstanceBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::{Cursor, Query, limit, page_of};

/// Which instances to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListInstancesQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

page_of! {
    /// Instances.
    InstancePage of InstanceBody
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, TemplateNotFound]);

/// List the instances of a template, by key.
#[utoipa::path(
    tag = "instances",
    params(
        ListInstancesQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
    ),
    responses((status = 200, description = "A page of the list.", body = InstancePage), Answers)
)]
#[get("/templates/{template}/instances")]
pub(crate) async fn list_instances(
    api: web::Data<Api>,
    query: Query<ListInstancesQuery>,
    template: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let query = InstanceQuery {
        template: template.parse().map_err(|_| template_not_found())?,
        after: Cursor::read_if(query.cursor.as_deref(), |_: &InstanceKey| true)?,
        limit: limit(query.limit)?,
    };
    answer(&api, BlockingWork::Read, async move |api| {
        let page = api.server.list_instances(&caller.0, &query).await?;
        let last = page.items.last().filter(|_| page.more);
        let next = last.map(|listed| Cursor::write(&listed.instance.key));
        let items = page.items.into_iter().map(|listed| InstanceBody::of(&query.template, listed));
        Ok(Answer::ok(InstancePage { items: items.collect(), next }))
    })
    .await
}
