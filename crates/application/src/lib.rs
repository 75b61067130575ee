//! Core Monitor: application.

pub mod server;
pub mod worker;
