//! The settings that people ask about.

pub(crate) mod show;
