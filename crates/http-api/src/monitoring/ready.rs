//! `GET /readyz`: the readiness check.

use actix_web::{HttpResponse, get, web};
use core_monitor_application::server::Readiness;
use core_monitor_domain::attention::OBSERVATION_OLD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;

/// The dependencies of the server, and whether they work.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyBody {
    /// Whether the database answers. Nothing works without it.
    database: bool,
    /// Whether the database takes writes. While it does not, because another process keeps it locked for instance, nothing can be
    /// saved and no command is accepted.
    database_writable: bool,
    /// Whether the worker has observed the engine within the last minute. Without it, commands are accepted but have to wait.
    worker: bool,
    /// Seconds since the worker last observed the engine; null before the first observation.
    #[schema(example = 1.5)]
    observation_age_seconds: Option<f64>,
    /// Whether the disk of the data folder has space, and that of `stacks/` in it, if that is another one. While one is full,
    /// saves are refused, commands wait until there is space, and what the worker reports may be old.
    disk: bool,
    /// Bytes that can still be written there, on the disk with the least; null if the system does not say.
    #[schema(example = 53_687_091_200_u64, minimum = 0)]
    disk_free_bytes: Option<u64>,
}

/// Check that the server can handle requests.
///
/// Returns 503 if the database does not answer. A missing worker, a full disk and a database that takes no writes are
/// reported but are no reason for a 503, because everything can still be read. No token is required.
#[utoipa::path(
    tag = "monitoring",
    responses(
        (status = 200, description = "The server can handle requests.", body = ReadyBody),
        (status = 503, description = "The database does not answer.", body = ReadyBody),
    )
)]
#[get("/readyz")]
pub(crate) async fn show_readiness(api: web::Data<Api>) -> HttpResponse {
    let Readiness { observation_age, is_writable, space } = api.server.show_readiness().await;
    let age = observation_age.as_ref().ok().copied().flatten().map(|age| age.as_secs_f64());
    let body = ReadyBody {
        database: observation_age.is_ok(),
        database_writable: is_writable,
        worker: age.is_some_and(|age| age < OBSERVATION_OLD.as_secs_f64()),
        observation_age_seconds: age,
        disk: !space.is_some_and(|space| space.is_full()),
        disk_free_bytes: space.map(|space| space.free),
    };
    match observation_age {
        Ok(_) => HttpResponse::Ok().json(body),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            HttpResponse::ServiceUnavailable().json(body)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::StatusCode;
    use core_monitor_domain::doctor::SpaceFacts;
    use core_monitor_simulation::store::StoreFault;

    use crate::testing::World;

    #[actix_web::test]
    async fn a_database_that_takes_no_writes_is_shown_and_asked_once_a_second() {
        let world = World::new().await;
        let ask = async || {
            let answer = world.send("GET", "/readyz", &[], "").await;
            assert_eq!(answer.status, StatusCode::OK, "everything can be read");
            answer.json()["database_writable"].as_bool().unwrap()
        };
        world.database.inject("CommandQueue::is_writable", StoreFault::Refused);
        assert!(!ask().await);
        assert!(!ask().await, "nobody asks the database again so soon");
        world.clock.advance(Duration::from_secs(1));
        assert!(ask().await);
    }

    #[actix_web::test]
    async fn a_full_disk_is_shown_also_when_the_database_does_not_answer() {
        let world = World::new().await;
        world.observe(&[]).await;
        for (free, disk) in [(SpaceFacts::FULL, true), (SpaceFacts::FULL - 1, false)] {
            world.disk.set_free(free);
            let answer = world.send("GET", "/readyz", &[], "").await;
            let body = answer.json();
            assert_eq!((answer.status, &body["disk"]), (StatusCode::OK, &disk.into()));
            assert_eq!((&body["disk_free_bytes"], &body["worker"]), (&free.into(), &true.into()));
        }
        world.database.inject("ObservationStore::host", StoreFault::Refused);
        let answer = world.send("GET", "/readyz", &[], "").await;
        let body = answer.json();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!((&body["database"], &body["disk"]), (&false.into(), &false.into()));
    }
}
