//! The container engine port over the Docker Engine API, version 1.41 and later.
//!
//! [`DockerContainerEngine`] is the adapter. What it sends is decided in `create/` (one file per family of
//! attributes) and `network.rs`, what an answer means in `classify.rs`, and what is looked at again in
//! `observe/cache.rs`. Nothing here reads the environment or a file: the address is given.

mod address;
mod build;
mod classify;
mod copy;
mod create;
mod engine;
mod events;
mod hook;
mod logs;
mod network;
mod observe;
mod path;
mod perform;
mod project;
mod pull;
mod session;
mod sources;
mod wire;

pub use address::{AddressError, EngineAddress};
pub use engine::DockerContainerEngine;
