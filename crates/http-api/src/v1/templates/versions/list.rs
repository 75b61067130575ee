//! `GET /templates/{template}/versions`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::VersionNumber;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, page_of};
use crate::v1::templates::{TemplateVersionSummary, template_name};

/// Which versions to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListTemplateVersionsQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

page_of! {
    /// Versions of a template.
    TemplateVersionPage of TemplateVersionSummary
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, TemplateNotFound]);

/// List the versions of a template, newest first.
#[utoipa::path(
    tag = "templates",
    params(
        ListTemplateVersionsQuery,
        ("template" = String, Path, description = "Name of the template.", example = "shop",
            pattern = "^[a-z0-9][a-z0-9_-]*$", max_length = 40),
    ),
    responses((status = 200, description = "A page of the list.", body = TemplateVersionPage), Answers)
)]
#[get("/templates/{template}/versions")]
pub(crate) async fn list_template_versions(
    api: web::Data<Api>,
    name: web::Path<String>,
    query: Query<ListTemplateVersionsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let name = template_name(&name)?;
    let before = Cursor::read(query.cursor.as_deref())?.map(VersionNumber);
    let limit = limit(query.limit)?;
    answer(&api, BlockingWork::Read, async move |api| {
        let page = api.server.list_template_versions(&caller.0, &name, before, limit).await?;
        let next =
            page.more.then(|| page.items.last().map(|version| Cursor::write(&version.version))).flatten();
        let items = page.items.iter().map(TemplateVersionSummary::of).collect();
        Ok(Answer::ok(TemplateVersionPage { items, next }))
    })
    .await
}
