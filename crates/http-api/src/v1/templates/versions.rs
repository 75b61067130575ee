//! Versions of templates.

pub(crate) mod diff;
pub(crate) mod file;
pub(crate) mod list;
pub(crate) mod save;
pub(crate) mod show;
