//! `GET /stacks/{id}/stats`

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::{BlockingWork, ShownStatistics};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::statistics::CpuShare;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ContainerStatisticsBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::NoQuery;

/// What the containers of a stack use now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StackStatistics)]
pub(crate) struct StackStatisticsBody {
    /// When the worker put it together.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    taken_at: Timestamp,
    /// CPU time of all of them, in percent of one CPU.
    #[schema(example = 25.4)]
    cpu_percent: f64,
    /// Used memory of all of them.
    #[schema(example = 97_001_472)]
    memory_bytes: u64,
    /// The running containers, by service and slot.
    containers: Vec<ContainerStatisticsBody>,
}

impl From<&ShownStatistics> for StackStatisticsBody {
    fn from(shown: &ShownStatistics) -> Self {
        let samples = || shown.containers().filter_map(|figures| figures.sample);
        let shares = samples().filter_map(|sample| sample.cpu);
        let cpu = CpuShare(shares.fold(0, |sum, share| sum.saturating_add(share.0)));
        Self {
            taken_at: shown.snapshot.taken_at,
            cpu_percent: cpu.percent(),
            memory_bytes: samples().fold(0, |sum, sample| sum.saturating_add(sample.memory)),
            containers: shown.containers().map(ContainerStatisticsBody::from).collect(),
        }
    }
}

answers!(Answers, Read, [InvalidRequest, ServerBusy, NotFound, StackNotFound, WorkerAway, EngineUnavailable]);

/// Show what the running containers of a stack use now.
#[utoipa::path(
    tag = "statistics",
    params(("id" = Uuid, Path, description = "The stack.")),
    responses((status = 200, description = "The statistics.", body = StackStatisticsBody), Answers)
)]
#[get("/stacks/{id}/stats")]
pub(crate) async fn show_stack_statistics(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<Uuid>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let id = StackId(*id);
    answer(&api, BlockingWork::Read, async move |api| {
        let shown = api.server.show_stack_statistics(&caller.0, id).await?;
        Ok(Answer::ok(StackStatisticsBody::from(&shown)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::testing::World;
    use crate::testing::statistics::collected_of;

    #[actix_web::test]
    async fn a_stack_uses_what_its_containers_use() {
        let world = World::new().await;
        let (shop, blog) = (world.create_stack("shop").await, world.create_stack("blog").await);
        world.collect(collected_of(&[(&shop, "shop"), (&blog, "blog"), (&blog, "blog")]));
        let of = async |id: &str| world.send("GET", &format!("/api/v1/stacks/{id}/stats"), &[], "").await;
        let body = of(&blog).await.json();
        assert_eq!((&body["cpu_percent"], &body["memory_bytes"]), (&25.0.into(), &100_663_296_u64.into()));
        assert_eq!(body["containers"].as_array().unwrap().len(), 4);
        assert_eq!(of("00000000-0000-0000-0000-000000000000").await.code(), "stack-not-found");
        assert_eq!(of("shop").await.status.as_u16(), 404);
    }

    #[actix_web::test]
    async fn without_a_worker_there_is_no_answer() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        assert_eq!(
            world.send("GET", &format!("/api/v1/stacks/{shop}/stats"), &[], "").await.code(),
            "worker-away"
        );
    }

    #[actix_web::test]
    async fn a_worker_that_measures_nothing_says_why() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect_nothing();
        let answer = world.send("GET", &format!("/api/v1/stacks/{shop}/stats"), &[], "").await;
        assert_eq!(answer.code(), "engine-unavailable");
        assert!(answer.text.contains("`statistics`"), "{}", answer.text);
    }
}
