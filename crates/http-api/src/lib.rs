//! The REST API of Core Monitor, and the `OpenAPI` document that describes it.
//!
//! One endpoint per file: `v1/<resource>/<verb>.rs` holds its documentation, its handler and its tests. Registering an
//! endpoint in `v1` also documents it, so the document cannot miss one. Rules belong to the application and domain crates;
//! this crate contains no rules, no SQL and no Docker calls.
#![deny(missing_docs)]

mod answer;
mod api;
mod caller;
mod connection;
mod described;
mod document;
mod error_code;
mod middleware;
mod monitoring;
mod problem;
mod refusal;
mod request;
mod response;
pub(crate) mod said;
mod serve;
mod session_cookie;
mod sse;
mod streaming;
mod templates;
#[cfg(test)]
mod testing;
mod ui;
mod v1;
mod websocket;

pub use answer::SMALL_ANSWER;
pub use api::{Api, Limits};
pub use connection::ConnectionLimits;
pub use core_monitor_archive::Limits as ArchiveLimits;
pub use document::{openapi, openapi_3_0};
pub use error_code::{ErrorCode, errors_page};
pub use serve::{BindError, Listener};
pub use streaming::StreamLimits;
pub use templates::templates;
