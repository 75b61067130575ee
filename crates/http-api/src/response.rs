//! Responses shared by several endpoints.

use actix_web::HttpResponse;
use actix_web::http::header;
use core_monitor_application::server::{Accepted, Wanted, Write};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::stack::Revision;

use crate::api::Api;
use crate::problem::Problem;
use crate::request::patience;
use crate::v1::commands::CommandBody;

/// The header of a response that repeats the result of an earlier request with the same idempotency key.
pub(crate) const REPLAYED: header::HeaderName = header::HeaderName::from_static("idempotency-replayed");

/// The `ETag` of a stack.
pub(crate) fn etag(revision: Revision) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}

/// Enqueues a command, waits as long as the caller requested, and returns it: with 200 if it has ended by then, else 202.
pub(crate) async fn queued(
    api: &Api,
    stack: StackId,
    wanted: impl Into<Wanted>,
    (actor, write): (Actor, Write),
    wait: Option<u32>,
) -> Result<HttpResponse, Problem> {
    let patience = api.patience(patience(wait)?);
    Ok(accepted(api.server.enqueue(&actor, stack, wanted, write, &patience).await?))
}

/// The answer with an accepted command: 200 if it has ended, else 202.
pub(crate) fn accepted(Accepted { shown, replayed, revision }: Accepted) -> HttpResponse {
    let mut answer =
        if shown.command.status.is_settled() { HttpResponse::Ok() } else { HttpResponse::Accepted() };
    answer.insert_header((header::LOCATION, format!("/api/v1/commands/{}", shown.command.id)));
    if let Some(revision) = revision {
        answer.insert_header(etag(revision));
    }
    if replayed {
        answer.insert_header((REPLAYED, "true"));
    }
    answer.json(CommandBody::from(shown))
}
