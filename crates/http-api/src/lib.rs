//! The REST API of Core Monitor, and the `OpenAPI` document that describes it.
//!
//! One endpoint per file: `v1/<resource>/<verb>.rs` holds its documentation, its handler and its tests. Registering an
//! endpoint in `v1` also documents it, so the document cannot miss one. What is not here: rules (they are in the
//! application and domain crates), SQL and Docker.
#![deny(missing_docs)]

mod api;
mod caller;
mod described;
mod document;
mod error_code;
mod middleware;
mod monitoring;
mod problem;
mod refusal;
mod request;
mod response;
mod serve;
mod sse;
#[cfg(test)]
mod testing;
mod v1;

pub use api::{Api, Limits};
pub use core_monitor_archive::Limits as ArchiveLimits;
pub use document::openapi;
pub use error_code::{ErrorCode, errors_page};
pub use serve::{BindError, Listener};
