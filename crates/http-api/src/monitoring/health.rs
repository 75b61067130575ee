//! `GET /healthz`: the liveness check.

use actix_web::{HttpResponse, get};

/// Check that the process is alive.
///
/// Does not check the database or the worker. No token is required.
#[utoipa::path(
    tag = "monitoring",
    responses((status = 200, description = "The process is alive.", body = String, content_type = "text/plain", example = "ok\n"))
)]
#[get("/healthz")]
pub(crate) async fn show_health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}
