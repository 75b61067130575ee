//! Containers of all stacks.

pub(crate) mod list;
