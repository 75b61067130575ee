//! `GET /projects`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;
use crate::described::answers;
use crate::problem::Problem;

use super::ProjectBody;

/// The compose projects on the host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProjectList)]
pub(crate) struct ProjectListBody {
    /// By name.
    items: Vec<ProjectBody>,
}

answers!(Answers, Read, [WorkerAway, EngineUnavailable]);

/// List the compose projects on the host.
///
/// Asked of the engine at this moment, by way of the worker: projects that docker compose made, stacks among them, each with
/// whether it can be imported.
#[utoipa::path(
    tag = "projects",
    responses((status = 200, description = "The projects.", body = ProjectListBody), Answers)
)]
#[get("/projects")]
pub(crate) async fn list_projects(api: web::Data<Api>) -> Result<HttpResponse, Problem> {
    let projects = server::list_projects(&api.server).await?;
    let items = projects.into_iter().map(ProjectBody::from).collect();
    Ok(HttpResponse::Ok().json(ProjectListBody { items }))
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
    }

    #[actix_web::test]
    async fn without_a_worker_nobody_can_say() {
        let world = World::new().await;
        let answer = world.send("GET", "/api/v1/projects", &[], "").await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::SERVICE_UNAVAILABLE, "worker-away".to_owned())
        );
        assert!(answer.header("retry-after").is_some());
    }
}
