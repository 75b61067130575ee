//! `GET /sweeps`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ListedSweep};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::{InstanceKey, StackName, TemplateName};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Query, limit};
use crate::v1::message::MessageBody;
use crate::v1::words::SweepCauseWord;

/// How many to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListSweepsQuery {
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// An instance that is going to be removed with its volumes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sweep)]
pub(crate) struct SweepBody {
    /// Its template.
    #[schema(value_type = String, example = "preview")]
    template: TemplateName,
    /// Its key.
    #[schema(value_type = String, example = "shop")]
    key: InstanceKey,
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    #[schema(value_type = String, example = "preview-shop")]
    stack_name: StackName,
    /// Why.
    #[schema(value_type = SweepCauseWord, example = "stopped")]
    kind: &'static str,
    /// The same as a sentence.
    reason: MessageBody,
    /// Since when that is the case.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    since: Timestamp,
    /// When it is removed.
    #[schema(value_type = String, format = DateTime, example = "2026-01-27T10:00:00Z")]
    due_at: Timestamp,
    /// Somebody holds it, so it is not removed.
    #[schema(example = false)]
    held: bool,
    /// The command that removes it is on its way.
    #[schema(example = false)]
    removing: bool,
}

impl From<ListedSweep> for SweepBody {
    fn from(listed: ListedSweep) -> Self {
        let ListedSweep { template, key, stack, stack_name, sweep, is_held, is_going } = listed;
        Self {
            template,
            key,
            stack_id: stack,
            stack_name,
            kind: sweep.cause.as_str(),
            reason: sweep.cause.message().into(),
            since: sweep.since,
            due_at: sweep.due,
            held: is_held,
            removing: is_going,
        }
    }
}

/// What is going to be removed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sweeps)]
pub(crate) struct SweepsBody {
    /// The instances, the next one first.
    items: Vec<SweepBody>,
}

answers!(Answers, Read, [ServerBusy, InvalidRequest]);

/// List the instances that are going to be removed, and why.
///
/// The next one first. Each goes by an ordinary `DELETE` command of the server; `PUT` of its `hold` keeps it.
#[utoipa::path(
    tag = "instances",
    params(ListSweepsQuery),
    responses((status = 200, description = "The list.", body = SweepsBody), Answers)
)]
#[get("/sweeps")]
pub(crate) async fn list_sweeps(
    api: web::Data<Api>,
    query: Query<ListSweepsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let limit = usize::try_from(limit(query.limit)?).unwrap_or(usize::MAX);
    answer(&api, BlockingWork::Read, async move |api| {
        let sweeps = api.server.list_sweeps(&caller.0, limit).await?;
        Ok(Answer::ok(SweepsBody { items: sweeps.into_iter().map(SweepBody::from).collect() }))
    })
    .await
}
