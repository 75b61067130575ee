//! The engine link: the server has no access to the engine's socket. What it needs in addition to the shared
//! observation it requests from the worker, over a Unix socket that only its owner can open.
//!
//! One connection carries many streams in parallel. A stream is one operation: it is opened with a request, accepted or
//! rejected, returns items and ends. From the outside in:
//!
//! - [`EngineLinkClient`] is the server's end, [`EngineLinkListener`] the worker's. Both implement the port
//!   [`EngineLink`](core_monitor_domain::ports::EngineLink), so callers do not notice the process boundary.
//! - `operation` has the closed set of operations, each with the types of its request, items, input and end.
//! - `mux` shares the connection: windows prevent a stream from filling the memory of either end or delaying the
//!   others.
//! - `frame` is the wire format, `hello` the handshake.
//!
//! This crate does not know the engine and makes no decisions.

/// Name of the socket in the data folder.
pub const ENGINE_LINK: &str = "engine-link.sock";

mod answerer;
mod call;
mod client;
mod frame;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod hello;
mod limits;
mod listener;
mod mux;
mod operation;
mod refusal;

pub use client::EngineLinkClient;
pub use limits::Limits;
pub use listener::{EngineLinkListener, ListenError};

#[cfg(test)]
mod tests;
