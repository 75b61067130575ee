//! `POST /stacks/{id}/plan/{version}`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use std::collections::BTreeSet;

use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{BlockingWork, MakePlan};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{NameError, ServiceName};
use core_monitor_domain::plan::PlanFor;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::Query;
use crate::said;
use crate::v1::plans::PlanBody;

/// What the plan is for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MakePlanQuery {
    /// `apply` (the default), or `rollback` to use the images of the version's last release.
    #[serde(default)]
    #[param(inline)]
    purpose: PurposeWord,
    /// Services whose containers would be replaced although nothing about them has changed, separated by commas.
    #[param(value_type = Option<Vec<String>>, style = Form, explode = false)]
    force_recreate: Option<String>,
}

/// The command the plan is for.
#[derive(Debug, Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PurposeWord {
    #[default]
    Apply,
    Rollback,
}

answers!(
    Answers,
    Act,
    [ServerBusy, InvalidRequest, NotFound, StackNotFound, VersionNotFound, NotObserved, InvalidDefinition]
);

/// Plan what applying a version would do, without doing it.
///
/// The plan is based on the worker's last observation. Apply with the plan's id to carry out exactly this plan: if the host
/// has changed in the meantime, the command stops before it does anything else.
#[utoipa::path(
    tag = "plans",
    params(
        MakePlanQuery,
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "The version to converge to.", example = 1),
    ),
    responses(
        (status = 201, description = "The stored plan.", body = PlanBody, headers(
            ("Location" = String, description = "Path of the plan."),
        )),
        Answers,
    )
)]
#[post("/stacks/{id}/plan/{version}")]
pub(crate) async fn make_plan(
    api: web::Data<Api>,
    path: web::Path<(Uuid, u32)>,
    query: Query<MakePlanQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let (stack, version) = path.into_inner();
    let force_recreate = services(query.force_recreate.as_deref())?;
    let wish = MakePlan {
        force_recreate,
        stack_id: StackId(stack),
        version: VersionNumber(version),
        purpose: match query.purpose {
            PurposeWord::Apply => PlanFor::Apply,
            PurposeWord::Rollback => PlanFor::Rollback,
        },
    };
    answer(&api, BlockingWork::Definition, async move |api| {
        let plan = api.server.make_plan(&caller.0, wish).await?;
        Ok(Answer::created(format!("/api/v1/plans/{}", plan.id), PlanBody::from(plan)))
    })
    .await
}

fn services(given: Option<&str>) -> Result<BTreeSet<ServiceName>, Problem> {
    let read = |name: &str| {
        name.parse().map_err(|error: NameError| {
            Problem::new(ErrorCode::InvalidRequest, said::force_recreate_invalid(error.message()))
        })
    };
    given.map_or_else(|| Ok(BTreeSet::new()), |given| given.split(',').map(read).collect())
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_plan_says_what_would_be_done_and_why() {
        let world = World::new().await;
        world.observe(&[]).await;
        let stack = world.create_stack("shop").await;
        let answer = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let plan = answer.json();
        let text = plan["text"].as_str().unwrap();
        assert!(text.contains("create container shop-web-1 (does not exist)"), "{text}");
        assert_eq!(plan["impact"]["created"], serde_json::json!(["web"]));
        assert_eq!((&plan["empty"], &plan["purpose"]), (&false.into(), &"apply".into()));
        let service = &plan["impact"]["services"][0];
        assert_eq!([&service["service"], &service["change"]], ["web", "create"], "{service}");
        assert_eq!((&service["gap_seconds"], &service["order"]), (&0.into(), &serde_json::Value::Null));
        let address = answer.header("location").unwrap();
        let again = world.send("GET", address, &[], "").await.json();
        assert_eq!(again, plan, "it is stored as it was shown");
    }

    #[actix_web::test]
    async fn a_plan_says_which_command_it_confirms() {
        let world = World::new().await;
        world.observe(&[]).await;
        let stack = world.create_stack("shop").await;
        let address = format!("/api/v1/stacks/{stack}/plan/1?purpose=rollback");
        let plan = world.send("POST", &address, &[], "").await.json();
        assert_eq!(plan["purpose"], "rollback");
        let address = format!("/api/v1/plans/{}", plan["plan_id"].as_str().unwrap());
        assert_eq!(world.send("GET", &address, &[], "").await.json()["purpose"], "rollback");
    }

    #[actix_web::test]
    async fn before_the_first_look_there_is_nothing_to_plan_from() {
        let world = World::new().await;
        let stack = world.create_stack("shop").await;
        let answer = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/1"), &[], "").await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::SERVICE_UNAVAILABLE, "not-observed".to_owned())
        );
        assert!(answer.header("retry-after").is_some());
    }

    #[actix_web::test]
    async fn only_versions_that_exist_can_be_planned() {
        let world = World::new().await;
        world.observe(&[]).await;
        let stack = world.create_stack("shop").await;
        let answer = world.send("POST", &format!("/api/v1/stacks/{stack}/plan/2"), &[], "").await;
        assert_eq!(answer.code(), "version-not-found");
    }
}
