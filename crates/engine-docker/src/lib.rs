//! The container engine port over the Docker Engine API, version 1.41 and later.
//!
//! [`DockerContainerEngine`] is the adapter. `create/` (one file per family of attributes) and `network.rs` build the requests,
//! `classify.rs` interprets the responses, and `observe/cache.rs` decides which details are read again. Nothing here reads
//! the environment or a file: the caller passes the address.

mod address;
mod build;
mod classify;
mod copy;
mod create;
mod disk_usage;
mod engine;
mod event_lines;
mod events;
mod explain;
mod files;
mod follow;
mod hook;
mod image;
mod inventory;
mod log_entries;
mod log_feed;
mod logs;
mod network;
mod observe;
mod path;
mod perform;
mod project;
mod pull;
mod put;
mod session;
mod sources;
mod statistics;
mod templates;
mod terminal;
mod tls;
mod wire;
mod witness;

pub use address::{AddressError, EngineAddress};
pub use engine::DockerContainerEngine;
pub use templates::templates;
