//! `GET /terminal`: the WebSocket of a terminal.
#![expect(unused_qualifications, reason = "`utoipa::path` writes out the path of the query type")]

use std::sync::Arc;

use actix_web::body::BodyStream;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use tokio::sync::mpsc;
use utoipa::IntoParams;

use crate::api::Api;
use crate::described::answers;
use crate::error_code::ErrorCode;
use crate::middleware::is_foreign;
use crate::problem::Problem;
use crate::request::Query;
use crate::said;
use crate::websocket::{self, Incoming};

mod listen;
mod presence;
mod speak;
#[cfg(test)]
mod tests;

use presence::Presence;

/// The name of what is spoken, as a client offers it.
const PROTOCOL: &str = "core-monitor.terminal.v1";
/// Longest message in bytes. A paste of this size is one message.
const LONGEST_MESSAGE: usize = 1 << 20;
/// How many parts wait for the other side to read them. A part has at most 64 KiB.
const WAITING: usize = 8;

/// Which terminal to connect to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AttachQuery {
    /// The ticket. It is good once.
    ticket: Option<String>,
}

answers!(
    Answers,
    Ticket,
    [
        Unauthorized,
        CrossSite,
        InvalidRequest,
        UpgradeRequired,
        DatabaseUnavailable,
        DatabaseCorrupt,
        Internal
    ]
);

/// Connect to a terminal, by a WebSocket.
///
/// Needs a ticket instead of a token, since a browser cannot send a token here; `POST /containers/{id}/terminal` gives one. The
/// `Origin` must be absent or that of this server. The protocol is `core-monitor.terminal.v1`.
///
/// Binary messages are what is typed and what is printed. Text messages are JSON: the client sends
/// `{"resize": {"columns": 132, "rows": 43}}`; the last message of the server is `{"exit": {"code": 0}}` or
/// `{"error": {"code": "idle", "message": {...}}}`. A close code then says the same:
///
/// | code | why |
/// | --- | --- |
/// | 1000 | the command ended, or the client closed the terminal |
/// | 1001 | the server stops |
/// | 1002, 1009 | a message was malformed, or too large |
/// | 1011, 1013 | the engine failed; the database or the worker does not answer at the moment |
/// | 4000 | the container was stopped, killed or removed |
/// | 4001 | the worker was lost |
/// | 4002, 4003 | it was idle for too long (`terminal_idle`), or is too old (`terminal_age`) |
/// | 4004 | whoever opened it may not use it any more, for instance because the token was replaced |
/// | 4005 | the output ended, but the engine does not say how the command did |
/// | 4006, 4007 | the container has no such program; the engine could not start the command for another reason |
#[utoipa::path(
    tag = "containers",
    params(AttachQuery),
    responses((status = 101, description = "The connection is a WebSocket from now on."), Answers)
)]
#[get("/terminal")]
pub(crate) async fn attach_terminal(
    api: web::Data<Api>,
    request: HttpRequest,
    query: Query<AttachQuery>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    // Another site can make a browser open a WebSocket; without a ticket it comes to nothing, but tickets can be lost.
    if is_foreign(request.headers()) {
        return Err(Problem::new(ErrorCode::CrossSite, said::cross_origin_request()));
    }
    let ticket = query.ticket.as_deref().unwrap_or_default();
    // A request that is no WebSocket does not use up the ticket.
    let mut answer = match websocket::accept(&request, PROTOCOL) {
        Ok(answer) => answer,
        Err(problem) if !ticket.is_empty() => return Err(problem),
        Err(_) => HttpResponse::Ok(),
    };
    let terminal = api.server.attach_terminal(ticket).await?;
    let presence = Arc::new(Presence::new(api.clock.elapsed()));
    let (typed, for_command) = mpsc::channel(WAITING);
    let (shown, for_client) = mpsc::channel(WAITING);
    let (answers, for_pings) = mpsc::channel(WAITING);
    let running = actix_web::rt::spawn(terminal.run(for_command, shown, api.stopping.clone()));
    let incoming = Incoming::new(payload, LONGEST_MESSAGE);
    let listening = actix_web::rt::spawn(listen::listen(
        incoming,
        typed,
        answers,
        Arc::clone(&presence),
        Arc::clone(&api.clock),
    ));
    let speaker =
        speak::Speaker::new(Arc::clone(&api.clock), presence, for_client, for_pings, running, listening);
    Ok(answer.body(BodyStream::new(speaker.frames())))
}
