//! `GET /host`

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::HostFiguresBody;
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// The host of the engine.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Host)]
pub(crate) struct HostBody {
    /// What it uses; null until the worker has measured it for the first time.
    usage: Option<HostFiguresBody>,
    /// Running containers.
    #[schema(example = 12)]
    running_containers: usize,
    /// How many of them belong to stacks.
    #[schema(example = 10)]
    running_containers_of_stacks: usize,
}

answers!(Answers, Read, [InvalidRequest, WorkerAway, EngineUnavailable]);

/// Show what the host uses now: CPU, memory, load and disks.
///
/// `GET /host/disk-usage` says what images and volumes take.
#[utoipa::path(
    tag = "statistics",
    responses((status = 200, description = "The host.", body = HostBody), Answers)
)]
#[get("/host")]
pub(crate) async fn show_host(
    api: web::Data<Api>,
    _no_query: NoQuery,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let shown = api.server.show_host(&caller.0).await?;
    Ok(HttpResponse::Ok().json(HostBody {
        usage: shown.figures.as_ref().map(HostFiguresBody::from),
        running_containers: shown.containers,
        running_containers_of_stacks: shown.of_stacks,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;
    use crate::testing::statistics::collected;

    #[actix_web::test]
    async fn the_host_is_shown_with_its_disks() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        let body = world.send("GET", "/api/v1/host", &[], "").await.json();
        assert_eq!(
            (&body["running_containers"], &body["running_containers_of_stacks"]),
            (&json!(3), &json!(2))
        );
        let usage = &body["usage"];
        assert_eq!(
            (&usage["cpu_percent"], &usage["cpus"], &usage["load"]),
            (&json!(50.0), &json!(4), &json!([0.25, 0.4, 12.35]))
        );
        assert_eq!(
            usage["disks"],
            json!([{
                "purposes": ["data", "engine"],
                "path": "/var/lib/core-monitor",
                "total_bytes": 1_000,
                "available_bytes": 400,
            }])
        );
    }

    #[actix_web::test]
    async fn without_a_worker_there_is_no_answer() {
        let world = World::new().await;
        assert_eq!(world.send("GET", "/api/v1/host", &[], "").await.code(), "worker-away");
        world.collect_nothing();
        world.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(world.send("GET", "/api/v1/host", &[], "").await.code(), "engine-unavailable");
    }
}
