//! Two ways to write frames of JSON.

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use serde::Serialize;

/// How frames are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Server-sent events without names: a browser hands a named one only to those who know its name.
    Events,
    /// One frame in each line.
    Lines,
}

impl Form {
    /// Lines for a client that names them, events for everybody else.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut kinds = accepted.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
        let lines = kinds.any(|kind| matches!(kind, "application/x-ndjson" | "application/jsonl"));
        if lines { Self::Lines } else { Self::Events }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream",
            Self::Lines => "application/x-ndjson",
        }
    }

    /// A frame; an event can have an id, which a client sends back when it connects again.
    pub(crate) fn frame(self, id: Option<String>, frame: &impl Serialize) -> String {
        // Compact JSON has no line break. Strings, numbers, lists and maps can always be written.
        let json = serde_json::to_string(frame).unwrap_or_default();
        match (self, id) {
            (Self::Events, Some(id)) => format!("id: {id}\ndata: {json}\n\n"),
            (Self::Events, None) => format!("data: {json}\n\n"),
            (Self::Lines, _) => format!("{json}\n"),
        }
    }

    /// A sign of life that no client takes for a frame.
    pub(crate) fn heartbeat(self) -> Bytes {
        Bytes::from_static(match self {
            Self::Events => b": still here\n\n",
            Self::Lines => b"\n",
        })
    }

    /// The end of a stream of events that the client goes on with at once, behind this id: it sends the last one that it has,
    /// even if no event came with it.
    pub(crate) fn go_on_behind(id: impl std::fmt::Display) -> Bytes {
        Bytes::from(format!("retry: 1000\nid: {id}\n\n"))
    }
}
