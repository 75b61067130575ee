//! `GET /templates`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::ListedTemplate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::TemplateBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Cursor, Query, limit, page_of};

/// Which templates to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListTemplatesQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// A template in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateListItem {
    #[serde(flatten)]
    template: TemplateBody,
    /// What a list calls it, in the words of its author.
    #[schema(example = "Shop preview")]
    title: Option<String>,
    /// What it is for.
    #[schema(example = "A shop with a database of its own")]
    description: Option<String>,
    /// How many instances it has.
    #[schema(example = 3)]
    instances: u64,
}

page_of! {
    /// Templates.
    TemplatePage of TemplateListItem
}

impl From<ListedTemplate> for TemplateListItem {
    fn from(listed: ListedTemplate) -> Self {
        let ListedTemplate { template, latest, instances } = listed;
        let (title, description) = (latest.declaration.title, latest.declaration.description);
        Self { template: template.into(), title, description, instances }
    }
}

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// List the templates, by name.
#[utoipa::path(
    tag = "templates",
    params(ListTemplatesQuery),
    responses((status = 200, description = "A page of the list.", body = TemplatePage), Answers)
)]
#[get("/templates")]
pub(crate) async fn list_templates(
    api: web::Data<Api>,
    query: Query<ListTemplatesQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let after = Cursor::read::<TemplateName>(query.cursor.as_deref())?;
    let limit = limit(query.limit)?;
    answer(&api, BlockingWork::Read, async move |api| {
        let page = api.server.list_templates(&caller.0, after, limit).await?;
        let next =
            page.more.then(|| page.items.last().map(|listed| Cursor::write(&listed.template.name))).flatten();
        let items = page.items.into_iter().map(TemplateListItem::from).collect();
        Ok(Answer::ok(TemplatePage { items, next }))
    })
    .await
}
