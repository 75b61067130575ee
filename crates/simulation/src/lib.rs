//! Core Monitor: simulation.

pub mod clock;
pub mod engine;
pub mod ids;
pub mod runtime_clock;
pub mod stack_folder;
pub mod store;
pub mod vault;
