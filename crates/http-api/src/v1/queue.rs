//! The queue as a whole.

pub(crate) mod show;
