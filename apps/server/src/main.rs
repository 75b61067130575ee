//! Core Monitor: server.
fn main() {}
