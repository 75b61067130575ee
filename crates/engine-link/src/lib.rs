//! The engine link: the server never holds the engine's socket, so what it needs of the engine beyond the shared
//! observation it asks of the worker, over a unix socket that only their owner may open.
//!
//! One line of JSON is a question, one line is its answer (`wire`). The vocabulary is the closed set of
//! `Question` of the module `wire`; each has a deadline and each line a size it may not exceed. [`EngineLinkClient`] is the
//! server's end, [`EngineLinkListener`] the worker's, and both have the shape of the port
//! [`EngineLink`](core_monitor_domain::ports::EngineLink): whoever asks does not see that a process lies in between.
//!
//! What this crate is not: it knows no engine, and decides nothing. Streams (logs, statistics, terminals) will be further
//! questions whose answers have more than one line.

/// Name of the socket in the data folder, where both ends look for it.
pub const ENGINE_LINK: &str = "engine-link.sock";

mod client;
mod listener;
mod wire;

pub use client::EngineLinkClient;
pub use listener::{EngineLinkListener, ListenError};

#[cfg(test)]
mod tests;
