//! `GET /readyz`: can it do its work?

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Api;

/// Observations older than this mean that no worker reports.
const STALE_AFTER_SECONDS: f64 = 60.0;

/// What is needed, and whether it is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadyBody {
    /// The database answers. Without it, nothing works.
    database: bool,
    /// The worker has looked at the engine within the last minute. Without it, commands are accepted and wait.
    worker: bool,
    /// Seconds since the worker last looked; absent before its first look.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1.5)]
    observation_age_seconds: Option<f64>,
}

/// Can it do its work?
///
/// 503 when the database does not answer. A worker that does not report is said, but the API works without it. No token is
/// needed.
#[utoipa::path(
    tag = "monitoring",
    security(()),
    responses(
        (status = 200, description = "Requests can be answered.", body = ReadyBody),
        (status = 503, description = "The database does not answer.", body = ReadyBody),
    )
)]
#[get("/readyz")]
pub(crate) async fn show_readiness(api: web::Data<Api>) -> HttpResponse {
    match api.server.observations.host().await {
        Ok(host) => {
            let age = host.map(|host| api.server.clock.now().since(host.taken_at).as_secs_f64());
            HttpResponse::Ok().json(ReadyBody {
                database: true,
                worker: age.is_some_and(|age| age < STALE_AFTER_SECONDS),
                observation_age_seconds: age,
            })
        }
        Err(error) => {
            tracing::warn!(%error, "not ready");
            let body = ReadyBody { database: false, worker: false, observation_age_seconds: None };
            HttpResponse::ServiceUnavailable().json(body)
        }
    }
}
