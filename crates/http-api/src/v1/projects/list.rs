//! `GET /projects`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

use super::ProjectBody;

/// The compose projects on the host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectList)]
pub(crate) struct ProjectListBody {
    /// By name.
    items: Vec<ProjectBody>,
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, WorkerAway, EngineUnavailable]);

/// List the compose projects on the host.
///
/// Asks the engine through the worker. Lists every project with Docker Compose labels, including stacks, and says whether
/// it can be imported.
#[utoipa::path(
    tag = "projects",
    responses((status = 200, description = "The projects.", body = ProjectListBody), Answers)
)]
#[get("/projects")]
pub(crate) async fn list_projects(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let projects = api.server.list_projects(&caller.0).await?;
    answer(&api, BlockingWork::Read, async move |_| {
        let items = projects.into_iter().map(ProjectBody::from).collect();
        Ok(Answer::ok(ProjectListBody { items }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use crate::testing::World;

    #[actix_web::test]
    async fn projects_say_whether_they_can_be_imported() {
        let world = World::new().await;
        world.run_project("shop");
        let answer = world.send("GET", "/api/v1/projects", &[], "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let project = &answer.json()["items"][0];
        assert_eq!((&project["name"], &project["importable"]), (&"shop".into(), &true.into()), "{project}");
        assert!(project["reason"].is_null(), "{project}");
    }

    #[actix_web::test]
    async fn a_project_that_cannot_be_imported_says_why_as_the_import_does() {
        let check = async |world: &World, name: &str, code: &str| {
            let listed = world.send("GET", "/api/v1/projects", &[], "").await.json()["items"][0].clone();
            let refused =
                world.send("POST", &format!("/api/v1/projects/{name}/import"), &[], "").await.json();
            assert_eq!(listed["importable"], false, "{listed}");
            assert_eq!((&listed["reason"], &listed["reason"]["code"]), (&refused["message"], &code.into()));
        };
        let world = World::new().await;
        world.run_project("shop");
        world.create_stack("shop").await;
        check(&world, "shop", "name_taken").await;
        let world = World::new().await;
        world.run_project("shop");
        world.send("POST", "/api/v1/projects/shop/import", &[], "").await;
        check(&world, "shop", "project_is_a_stack").await;
        let world = World::new().await;
        world.run_own_project("core-monitor");
        check(&world, "core-monitor", "project_is_core_monitor").await;
    }

    #[actix_web::test]
    async fn without_a_worker_projects_are_unavailable() {
        let world = World::new().await;
        let answer = world.send("GET", "/api/v1/projects", &[], "").await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::SERVICE_UNAVAILABLE, "worker-away".to_owned())
        );
        assert!(answer.header("retry-after").is_some());
    }
}
