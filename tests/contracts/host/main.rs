//! The ports of the host: one suite each, for the operating system and for the simulation.
//!
//! Code that uses these ports may rely on everything tested here, and on nothing else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod artifacts;
mod catalog_folder;
mod clock;
mod host_mounts;
mod host_ports;
mod ids;
mod passwords;
mod vault;
