//! Core Monitor: simulation.

pub mod clock;
pub mod ids;
