//! `GET /containers/{id}/inspect`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, InspectError, InspectedContainer};
use core_monitor_domain::ids::{ContainerId, StackId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::problem::Problem;
use crate::request::NoQuery;
use crate::said;

/// A container as the engine describes it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InspectedContainer)]
pub(crate) struct InspectedBody {
    /// The engine's id.
    #[schema(value_type = String, example = "3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e1a7b9c0d3f4e")]
    container_id: ContainerId,
    #[schema(example = "shop-api-1")]
    name: String,
    /// Its stack; null for a container of somebody else.
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// Whether its secrets are shown.
    #[schema(example = false)]
    revealed: bool,
    /// The document of the engine's API `GET /containers/{id}/json`, which differs from release to release. Unless
    /// `revealed`, `***` stands in place of the value of every environment variable, of every secret variable of the stack
    /// wherever it occurs, and of every option or label whose name says that it is a secret.
    #[schema(value_type = serde_json::Value, example = json!({"Id": "3f4e1a7b9c0d", "Config": {"Env": ["PATH=***"]}}))]
    document: serde_json::Value,
}

impl From<InspectedContainer> for InspectedBody {
    fn from(inspected: InspectedContainer) -> Self {
        let InspectedContainer { id, name, stack_id, revealed, document } = inspected;
        Self { container_id: id, name, stack_id, revealed, document }
    }
}

impl From<InspectError> for Problem {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Forbidden(error) => error.into(),
            InspectError::NotFound => {
                Self::new(ErrorCode::ContainerNotFound, said::no_such_container_on_host())
            }
            InspectError::Link(error) => error.into(),
            InspectError::Store(error) => error.into(),
        }
    }
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, ContainerNotFound, WorkerAway, EngineUnavailable]);

/// Inspect a container of the host, with its secrets hidden.
///
/// Also containers that belong to no stack. `POST` to the same path shows the secrets.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1")),
    responses((status = 200, description = "The container.", body = InspectedBody), Answers)
)]
#[get("/containers/{id}/inspect")]
pub(crate) async fn inspect_container(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<String>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let container = ContainerId(id.into_inner());
    answer(&api, BlockingWork::Read, async move |api| {
        let inspected = api.server.inspect_container(&caller.0, &container).await?;
        Ok(Answer::ok(InspectedBody::from(inspected)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use core_monitor_simulation::engine::{ForeignContainer, SimImage};
    use serde_json::json;

    use crate::api::Limits;
    use crate::testing::World;

    async fn world() -> World {
        world_with(Limits::default()).await
    }

    async fn world_with(limits: Limits) -> World {
        let world = World::with_limits(limits).await;
        world.engine().add_image(SimImage::new("app:1"));
        let web = ForeignContainer {
            name: "web".into(),
            image: "app:1".into(),
            labels: [("com.example.token".to_owned(), "hunter2".to_owned())].into(),
            ..ForeignContainer::default()
        };
        world.engine().run_foreign(web).unwrap();
        world.look_at_engine().await;
        world
    }

    #[actix_web::test]
    async fn secrets_are_hidden_unless_somebody_says_who_wants_them() {
        let world = world().await;
        let hidden = world.send("GET", "/api/v1/containers/web/inspect", &[], "").await;
        assert_eq!(hidden.status, StatusCode::OK, "{}", hidden.text);
        assert!(!hidden.text.contains("hunter2"), "{}", hidden.text);
        let body = hidden.json();
        assert_eq!(
            (&body["name"], &body["stack_id"], &body["revealed"]),
            (&json!("web"), &json!(null), &json!(false))
        );
        assert_eq!(body["document"]["Config"]["Labels"]["com.example.token"], "***");
        let audit = world.send("GET", "/api/v1/audit", &[], "").await.json();
        assert!(!audit.to_string().contains("reveal"), "{audit}");

        let shown = world.send("POST", "/api/v1/containers/web/inspect", &[], "").await;
        assert_eq!(shown.json()["document"]["Config"]["Labels"]["com.example.token"], "hunter2");
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        let audit = world.send("GET", "/api/v1/audit", &[], "").await.json();
        let entry = &audit["items"][0];
        assert_eq!((&entry["action"], &entry["change"]), (&json!("reveal_secrets"), &json!("revealed")));
        assert!(!audit.to_string().contains("hunter2"), "{audit}");
    }

    #[actix_web::test]
    async fn a_document_that_finds_no_memory_is_refused() {
        let world = world_with(Limits { small_answer: 0, ..Limits::default() }).await;
        let taken = world.body_memory().fill();
        for method in ["GET", "POST"] {
            let answer = world.send(method, "/api/v1/containers/web/inspect", &[], "").await;
            assert_eq!(answer.code(), "server-busy");
        }
        drop(taken);
    }

    #[actix_web::test]
    async fn what_is_not_there_or_cannot_be_asked_has_its_own_error() {
        let world = world().await;
        for (method, path) in [("GET", "inspect"), ("POST", "inspect")] {
            let code = async |name: &str| {
                world.send(method, &format!("/api/v1/containers/{name}/{path}"), &[], "").await.code()
            };
            assert_eq!(code("nobody").await, "container-not-found");
        }
        world.engine().set_unplugged(true);
        for method in ["GET", "POST"] {
            let answer = world.send(method, "/api/v1/containers/web/inspect", &[], "").await;
            assert_eq!(answer.code(), "engine-unavailable");
        }
        world.lose_worker();
        for method in ["GET", "POST"] {
            let answer = world.send(method, "/api/v1/containers/web/inspect", &[], "").await;
            assert_eq!(answer.code(), "worker-away");
        }
    }
}
