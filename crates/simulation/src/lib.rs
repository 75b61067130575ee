//! Core Monitor: simulation.
