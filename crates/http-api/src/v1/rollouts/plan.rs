//! `GET /templates/{template}/rollout/plan`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{
    BlockingWork, PlannedUpgrade, RolloutPlan, RolloutQuery, UpgradeEffect,
};
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::InstanceKey;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::refusal::template_not_found;
use crate::request::{Cursor, Query, limit};
use crate::v1::message::MessageBody;

/// Which upgrades to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlanRolloutQuery {
    /// The version of the template; the newest one by default.
    #[param(value_type = Option<u32>, minimum = 1)]
    version: Option<VersionNumber>,
    /// Maximum number of entries, from 1 to 200; 50 by default.
    #[param(example = 50, minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the previous page.
    #[param(pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
}

/// What upgrading the instances of a template would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolloutPlan)]
pub(crate) struct PlanBody {
    /// The version of the template that is meant.
    #[schema(value_type = u32, example = 3)]
    version: VersionNumber,
    /// What it would do, by key.
    items: Vec<PlannedUpgradeBody>,
    /// The `cursor` of the next page; null on the last one.
    #[schema(example = json!(null))]
    next: Option<String>,
}

/// What upgrading an instance would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlannedUpgrade)]
pub(crate) struct PlannedUpgradeBody {
    /// The key of the instance.
    #[schema(value_type = String, example = "shop")]
    key: InstanceKey,
    /// The version of the template that it was made from.
    #[schema(value_type = u32, example = 2)]
    template_version: VersionNumber,
    /// `none` if it is of that version, `refused` if it cannot be upgraded.
    kind: EffectWord,
    /// The services that would be added, changed or removed.
    #[schema(example = json!(["web"]))]
    services: Vec<String>,
    /// Why it cannot be upgraded; null if it can.
    message: Option<MessageBody>,
}

/// What an upgrade would do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UpgradeEffect)]
pub(crate) enum EffectWord {
    None,
    Upgrade,
    Refused,
}

impl From<PlannedUpgrade> for PlannedUpgradeBody {
    fn from(PlannedUpgrade { key, template_version, effect }: PlannedUpgrade) -> Self {
        let (kind, services, message) = match effect {
            UpgradeEffect::None => (EffectWord::None, Vec::new(), None),
            UpgradeEffect::Upgrade(services) => (EffectWord::Upgrade, services.into_iter().collect(), None),
            UpgradeEffect::Refused(why) => (EffectWord::Refused, Vec::new(), Some(why.into())),
        };
        Self { key, template_version, kind, services, message }
    }
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, TemplateNotFound, TemplateVersionNotFound]);

/// Show what upgrading the instances of a template would do.
///
/// Nothing is changed. What the engine has to do for an instance is in the plan of its stack.
#[utoipa::path(
    tag = "instances",
    params(
        PlanRolloutQuery,
        ("template" = String, Path, description = "The template.", pattern = "^[a-z0-9][a-z0-9_-]{0,39}$"),
    ),
    responses((status = 200, description = "What it would do.", body = PlanBody), Answers)
)]
#[get("/templates/{template}/rollout/plan")]
pub(crate) async fn plan_rollout(
    api: web::Data<Api>,
    query: Query<PlanRolloutQuery>,
    template: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let query = RolloutQuery {
        template: template.parse().map_err(|_| template_not_found())?,
        version: query.version,
        after: Cursor::read_if(query.cursor.as_deref(), |_: &InstanceKey| true)?,
        limit: limit(query.limit)?,
    };
    answer(&api, BlockingWork::Definition, async move |api| {
        let RolloutPlan { version, page } = api.server.plan_rollout(&caller.0, &query).await?;
        let next = page.items.last().filter(|_| page.more).map(|last| Cursor::write(&last.key));
        let items = page.items.into_iter().map(PlannedUpgradeBody::from).collect();
        Ok(Answer::ok(PlanBody { version, items, next }))
    })
    .await
}
