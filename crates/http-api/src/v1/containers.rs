//! Containers of all stacks.

pub(crate) mod exec;
pub(crate) mod inspect;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod processes;
pub(crate) mod reveal;
pub(crate) mod terminal;
