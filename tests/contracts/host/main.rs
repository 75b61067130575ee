//! The ports of the host: one suite each, run against what the operating system gives and against the simulation.
//!
//! Whatever is written against these ports may rely on every sentence here, and on nothing else.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod clock;
mod ids;
mod vault;
