//! Logs of stacks and containers, in three formats.

use std::collections::BTreeSet;

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use core_monitor_application::server::{LogFrame, LogMarker, LogScope};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::logs::LogCursor;
use core_monitor_domain::names::ServiceName;

use crate::api::Api;
use crate::problem::Problem;
use crate::streaming::{self, Interruption};

pub(crate) mod frame;
mod names;
mod ndjson;
mod plain_text;
mod query;
mod refused;
pub(crate) mod said;
mod sending;
mod sse_frames;

pub(crate) use frame::LogFrameBody;
pub(crate) use query::{LastLogEventId, LogsQuery, StackLogsQuery};

use ndjson::Ndjson;
use plain_text::PlainText;
use sending::Sending;
use sse_frames::SseFrames;

/// How lines are sent, by `Accept`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// Lines as the container wrote them, for people.
    Text,
    /// A frame in each line.
    Ndjson,
    /// Server-sent events.
    Sse,
}

impl Format {
    /// The first known one, else text: what a person with `curl` or a browser wants.
    fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let types = accepted.split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
        let known = |name: &str| match name.to_ascii_lowercase().as_str() {
            "text/event-stream" => Some(Self::Sse),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some(Self::Ndjson),
            "text/plain" => Some(Self::Text),
            _ => None,
        };
        types.into_iter().find_map(known).unwrap_or(Self::Text)
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
            Self::Sse => "text/event-stream",
        }
    }
}

/// Streams the lines.
pub(crate) async fn answer(
    api: Data<Api>,
    actor: &Actor,
    request: &HttpRequest,
    scope: LogScope,
    services: BTreeSet<ServiceName>,
    query: LogsQuery,
) -> Result<HttpResponse, Problem> {
    let format = Format::of(request.headers());
    let mut asked = query.read(request, api.clock.now())?;
    asked.query.services = services;
    let open = streaming::open(&api, actor)?;
    let follows = asked.query.follow;
    let is_stack = matches!(scope, LogScope::Stack(_));
    let after = asked.query.after.clone();
    let stream = api.server.read_logs(actor, scope, asked.query).await?;
    let mut cursor = after.unwrap_or_default();
    cursor.floor = cursor.floor.or(stream.floor);
    let mut head = head(format);
    if asked.download {
        let file = names::file(&stream.name, api.clock.now(), format == Format::Ndjson);
        head.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")));
    }
    Ok(match format {
        Format::Text => {
            let text = PlainText::new(is_stack, asked.timestamps, asked.raw);
            streaming::answer(head, api, open, Sending::new(stream, text, follows))
        }
        Format::Ndjson => {
            streaming::answer(head, api, open, Sending::new(stream, Ndjson::new(cursor), follows))
        }
        Format::Sse => {
            streaming::answer(head, api, open, Sending::new(stream, SseFrames::new(cursor), follows))
        }
    })
}

fn head(format: Format) -> HttpResponseBuilder {
    let mut head = streaming::head(format.content_type());
    head.insert_header((header::VARY, "Accept"));
    head
}

/// Writes frames in a format.
trait Render: 'static {
    /// Bytes that a frame usually takes besides its text.
    const FRAME: usize;

    /// Adds a frame to what is sent.
    fn frame(&mut self, frame: LogFrame, out: &mut Vec<u8>);

    /// Adds what shows that the connection still stands, if the format has such a thing.
    fn idle(&mut self, out: &mut Vec<u8>);

    /// Adds the end of a stream that is as old as it may be, or whose server stops: a client can go on.
    fn interrupted(&mut self, why: Interruption, out: &mut Vec<u8>);
}

/// Keeps the cursor up to date.
fn remember(cursor: &mut LogCursor, frame: &LogFrame) {
    match frame {
        LogFrame::Line { source, piece } => cursor.set(&source.container, piece.position),
        LogFrame::Marker { source, marker: LogMarker::Ended } => cursor.forget(&source.container),
        LogFrame::Marker { marker: LogMarker::Replaced { former }, .. } => cursor.forget(&former.container),
        LogFrame::Marker { .. } | LogFrame::End(_) => (),
    }
}

#[cfg(test)]
mod tests;
