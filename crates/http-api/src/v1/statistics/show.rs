//! `GET /stats`
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::BlockingWork;
use core_monitor_domain::ids::StackId;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::StatisticsBody;
use crate::answer::{Answer, answer};
use crate::api::Api;
use crate::caller::Caller;
use crate::described::answers;
use crate::problem::Problem;
use crate::request::Query;

/// Whose statistics to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatisticsQuery {
    /// Only the containers of this stack.
    stack_id: Option<Uuid>,
}

answers!(Answers, Read, [ServerBusy, InvalidRequest, StackNotFound, WorkerAway, EngineUnavailable]);

/// Show what all running containers and the host use now.
///
/// The worker measures every container every five seconds, whoever asks, and answers from its memory: asking costs the engine
/// nothing.
#[utoipa::path(
    tag = "statistics",
    params(StatisticsQuery),
    responses((status = 200, description = "The statistics.", body = StatisticsBody), Answers)
)]
#[get("/stats")]
pub(crate) async fn show_statistics(
    api: web::Data<Api>,
    query: Query<StatisticsQuery>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    let of = query.stack_id.map(StackId);
    answer(&api, BlockingWork::Read, async move |api| {
        let shown = api.server.show_statistics(&caller.0, of).await?;
        Ok(Answer::ok(StatisticsBody::from(&shown)))
    })
    .await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::World;
    use crate::testing::statistics::{collected, collected_of};

    #[actix_web::test]
    async fn containers_and_the_host_are_shown_as_they_were_measured() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        let body = world.send("GET", "/api/v1/stats", &[], "").await.json();
        assert_eq!(body["host"]["cpu_percent"], 50.0);
        let names: Vec<_> =
            body["containers"].as_array().unwrap().iter().map(|c| c["name"].clone()).collect();
        assert_eq!(names, ["shop-web-1", "shop-web-2", "foreign"]);
        let web = &body["containers"][0];
        assert_eq!(
            (&web["stack_id"], &web["service"], &web["slot"]),
            (&json!(shop), &json!("web"), &json!(1))
        );
        assert_eq!(
            web["usage"],
            json!({
                "at": "2026-01-26T10:00:00Z",
                "cpu_percent": 12.5,
                "cpu_seconds": 301.25,
                "memory_bytes": 50_331_648,
                "memory_limit_bytes": 67_108_864,
                "memory_percent": 75.0,
                "network_received_bytes": 1_000,
                "network_sent_bytes": 2_000,
                "block_read_bytes": 3_000,
                "block_written_bytes": 4_000,
                "per_second": {
                    "network_received_bytes": 10,
                    "network_sent_bytes": 20,
                    "block_read_bytes": 30,
                    "block_written_bytes": 40,
                },
                "pids": 7,
            })
        );
        assert!(body["containers"][1]["usage"].is_null(), "it was just started");
        assert!(body["containers"][2]["stack_id"].is_null());
    }

    #[actix_web::test]
    async fn only_a_stack_can_be_asked_for() {
        let world = World::new().await;
        let (shop, blog) = (world.create_stack("shop").await, world.create_stack("blog").await);
        world.collect(collected_of(&[(&shop, "shop"), (&blog, "blog")]));
        let body = world.send("GET", &format!("/api/v1/stats?stack_id={blog}"), &[], "").await.json();
        let containers = body["containers"].as_array().unwrap();
        assert!(
            !containers.is_empty() && containers.iter().all(|c| c["stack_id"] == blog.as_str()),
            "{body}"
        );
        let missing =
            world.send("GET", "/api/v1/stats?stack_id=00000000-0000-0000-0000-000000000000", &[], "").await;
        assert_eq!(missing.code(), "stack-not-found");
        assert_eq!(world.send("GET", "/api/v1/stats?stack=shop", &[], "").await.code(), "invalid-request");
    }

    #[actix_web::test]
    async fn without_a_worker_the_answer_says_so_at_once() {
        let world = World::new().await;
        let answer = world.send("GET", "/api/v1/stats", &[], "").await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "worker-away"));
        assert!(answer.header("retry-after").is_some());
    }

    #[actix_web::test]
    async fn however_many_ask_the_worker_is_asked_once_a_second() {
        let world = World::new().await;
        let shop = world.create_stack("shop").await;
        world.collect(collected(&shop));
        let ask = async || world.send("GET", "/api/v1/stats", &[], "").await.json()["containers"].clone();
        let first = ask().await;
        world.collect(collected_of(&[]));
        assert_eq!(ask().await, first, "the same answer");
        world.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(ask().await, json!([]));
    }
}
