//! The behaviour of an engine. Each function is one test of `main.rs`.

pub(crate) mod build;
pub(crate) mod create;
pub(crate) mod files;
pub(crate) mod image;
pub(crate) mod inject;
pub(crate) mod inventory;
pub(crate) mod logs;
pub(crate) mod network;
pub(crate) mod observe;
pub(crate) mod remove;
pub(crate) mod rename;
pub(crate) mod run;
pub(crate) mod statistics;
pub(crate) mod terminal;
pub(crate) mod volume;
pub(crate) mod witness;
