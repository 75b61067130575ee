//! The Compose format.

pub(crate) mod schema;
