//! Answers that several endpoints give.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use core_monitor_application::server::{Accepted, Write, await_command, enqueue};
use core_monitor_domain::command::CommandPayload;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::stack::Revision;

use crate::api::Api;
use crate::problem::Problem;
use crate::request::patience;
use crate::v1::commands::CommandBody;

/// Said on an answer that an earlier request with the same idempotency key got already.
pub(crate) const REPLAYED: header::HeaderName = header::HeaderName::from_static("idempotency-replayed");

/// The `ETag` of a stack.
pub(crate) fn etag(revision: Revision) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{revision}\""))
}

/// Puts a command into the queue, waits as long as the caller wants to, and answers with it: 200 when it has ended by
/// then, 202 when it has not.
pub(crate) async fn queued(
    api: &Api,
    stack: StackId,
    payload: CommandPayload,
    write: Write,
    wait: Option<u32>,
) -> Result<HttpResponse, Problem> {
    let patience = patience(wait)?;
    let Accepted { mut command, replayed, mut revision } =
        enqueue(&api.server, stack, payload, write).await?;
    if !patience.is_zero() && !command.status.is_settled() {
        command = settled_or_later(api, command, patience).await?;
        // What the command did may have moved the stack on, or removed it.
        revision = api.server.stacks.find(stack).await?.map(|stack| stack.revision());
    }
    let mut answer = if command.status.is_settled() { HttpResponse::Ok() } else { HttpResponse::Accepted() };
    answer.insert_header((header::LOCATION, format!("/api/v1/commands/{}", command.id)));
    if let Some(revision) = revision {
        answer.insert_header(etag(revision));
    }
    if replayed {
        answer.insert_header((REPLAYED, "true"));
    }
    Ok(answer.json(CommandBody::from(command)))
}

/// Waits for a command, but not beyond the end of the server.
pub(crate) async fn settled_or_later(
    api: &Api,
    command: core_monitor_domain::command::Command,
    patience: Duration,
) -> Result<core_monitor_domain::command::Command, Problem> {
    tokio::select! {
        () = api.stopping.cancelled() => Ok(command),
        found = await_command(&api.server, command.id, patience) => Ok(found?.unwrap_or(command)),
    }
}
