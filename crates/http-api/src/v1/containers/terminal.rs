//! `POST /containers/{id}/terminal`

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpResponse, post, web};
use core_monitor_domain::ids::ContainerId;
use core_monitor_domain::terminal::{ExecRequest, TerminalSize};
use core_monitor_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::Api;
use crate::caller::{Caller, OfSession};
use crate::described::answers;
use crate::problem::Problem;
use crate::request::{Body, NoQuery};

/// A command to run in a terminal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TerminalRequest)]
pub(crate) struct TerminalBody {
    /// A program in the container and its arguments; `/bin/sh` without it. No shell reads it.
    #[schema(example = json!(["/bin/sh"]))]
    command: Option<Vec<String>>,
    /// Name or number of a user, optionally with `:` and a group; the container's own without it.
    #[schema(example = "0:0")]
    user: Option<String>,
    /// An absolute path in the container; the container's own without it.
    #[schema(example = "/")]
    workdir: Option<String>,
    /// Variables in addition to those of the container.
    #[serde(default)]
    #[schema(example = json!({"TERM": "xterm-256color"}))]
    environment: BTreeMap<String, String>,
    /// Characters in a line; 80 without it.
    #[schema(example = 132, minimum = 1, maximum = 1000)]
    columns: Option<u32>,
    /// Lines; 24 without it.
    #[schema(example = 43, minimum = 1, maximum = 1000)]
    rows: Option<u32>,
}

/// A ticket for a terminal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TerminalTicket)]
pub(crate) struct TicketBody {
    /// The engine's id of the container.
    #[schema(example = "4f1c2d8e6a7c11b1d23f0c5a9e7d10ab4f1c2d8e6a7c11b1d23f0c5a9e7d10ab")]
    container_id: String,
    /// It opens the terminal once. It is kept nowhere.
    #[schema(example = "u6eDqYtE0fYJ1s2rGm9XcVbNhKpLwQzA3Zs5Td7Fg8H")]
    ticket: String,
    /// When it expires, 30 seconds after it was issued.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:30Z")]
    expires_at: Timestamp,
    /// The path to open with a WebSocket, with the ticket.
    #[schema(example = "/api/v1/terminal?ticket=u6eDqYtE0fYJ1s2rGm9XcVbNhKpLwQzA3Zs5Td7Fg8H")]
    path: String,
}

answers!(
    Answers,
    Write,
    [ContainerNotFound, ContainerNotRunning, InvalidExec, TerminalsOff, TooManyTerminals]
);

/// Open a terminal in a container of a stack.
///
/// Returns a ticket, with which `GET /terminal` connects to it; the command starts then. The ticket is for this caller, container
/// and command, and good once. A terminal that a browser opens ends with its session. Starts and ends are in the audit with the program, but without its arguments and without what is
/// typed or printed. Containers that belong to no stack, and those of Core Monitor itself, are not found.
#[utoipa::path(
    tag = "containers",
    params(("id" = String, Path, description = "The id or the name of the container.", example = "shop-web-1")),
    request_body(content = TerminalBody, content_type = "application/json"),
    responses((status = 201, description = "The ticket.", body = TicketBody), Answers)
)]
#[post("/containers/{id}/terminal")]
pub(crate) async fn open_terminal(
    api: web::Data<Api>,
    _no_query: NoQuery,
    id: web::Path<String>,
    body: Body,
    caller: Caller,
    session: OfSession,
) -> Result<HttpResponse, Problem> {
    let body: TerminalBody = body.json()?;
    let size = TerminalSize::default();
    // What is too large for the type is too large for a terminal.
    let number =
        |given: Option<u32>, usual| given.map_or(usual, |given| u16::try_from(given).unwrap_or(u16::MAX));
    let size =
        TerminalSize { columns: number(body.columns, size.columns), rows: number(body.rows, size.rows) };
    let request = ExecRequest {
        command: body.command.unwrap_or_else(ExecRequest::shell),
        user: body.user,
        workdir: body.workdir,
        environment: body.environment,
        terminal: Some(size),
    };
    let session = session.0.map(|current| current.session.hash);
    let opened = api.server.open_terminal(&caller.0, session, &ContainerId(id.into_inner()), request).await?;
    let path = format!("/api/v1/terminal?ticket={}", opened.ticket);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, "/api/v1/terminal")).json(TicketBody {
        container_id: opened.container.to_string(),
        ticket: opened.ticket,
        expires_at: opened.expires_at,
        path,
    }))
}
