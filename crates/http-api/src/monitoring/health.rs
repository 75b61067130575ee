//! `GET /healthz`: does the process answer?

use actix_web::{HttpResponse, get};

/// Is the process alive?
///
/// Says nothing about the database or the worker. No token is needed.
#[utoipa::path(
    tag = "monitoring",
    security(()),
    responses((status = 200, description = "It is.", body = String, content_type = "text/plain", example = "ok\n"))
)]
#[get("/healthz")]
pub(crate) async fn show_health() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
}
