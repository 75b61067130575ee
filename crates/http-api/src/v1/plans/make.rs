//! `POST /stacks/{id}/plan/{version}`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use core_monitor_application::server::{self, MakePlan, PlanFor};
use core_monitor_domain::ids::{StackId, VersionNumber};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;
use crate::v1::plans::PlanBody;

/// What the plan is for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MakePlanQuery {
    /// `apply`, or `rollback`: with the images of the version's last release. `apply` when left out.
    #[serde(rename = "for", default)]
    #[param(inline)]
    purpose: PurposeWord,
}

/// The command a plan is meant for.
#[derive(Debug, Default, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PurposeWord {
    #[default]
    Apply,
    Rollback,
}

answers!(Answers, Write, [NotFound, StackNotFound, VersionNotFound, NotObserved, InvalidDefinition]);

/// Plan the way to a version, without going it.
///
/// Made from what the worker last saw. Apply with the plan's id to have exactly this plan carried out: should the host move
/// in between, nothing is done.
#[utoipa::path(
    tag = "plans",
    params(
        MakePlanQuery,
        ("id" = Uuid, Path, description = "The stack."),
        ("version" = u32, Path, description = "The version to converge to.", example = 1),
    ),
    responses(
        (status = 201, description = "The plan, stored.", body = PlanBody, headers(
            ("Location" = String, description = "Address of the plan."),
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
    let wish = MakePlan {
        stack_id: StackId(stack),
        version: VersionNumber(version),
        purpose: match query.purpose {
            PurposeWord::Apply => PlanFor::Apply,
            PurposeWord::Rollback => PlanFor::Rollback,
        },
        principal: caller.0,
    };
    let plan = server::make_plan(&api.server, wish).await?;
    let location = format!("/api/v1/plans/{}", plan.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(PlanBody::from(plan)))
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
        assert!(text.contains("create container shop-web-1 (missing)"), "{text}");
        assert_eq!(plan["impact"]["created"], serde_json::json!(["web"]));
        assert_eq!(plan["empty"], false);
        let address = answer.header("location").unwrap();
        let again = world.send("GET", address, &[], "").await.json();
        assert_eq!(again, plan, "it is stored as it was shown");
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
