//! Core Monitor: worker.
fn main() {}
