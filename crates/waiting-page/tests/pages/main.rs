//! The pages as a browser gets them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod custom;
mod custom_errors;
mod escaping;
mod fixture;
mod status;
mod structure;
