//! The files of a version.

pub(crate) mod list;
pub(crate) mod show;
