//! Turns a validated tree into the model, expanding short forms; one file per family of attributes.
//!
//! Wrong types have already been reported, so values of the wrong type are skipped silently. That way a file with several
//! mistakes gets all of its errors at once.

mod build;
mod command;
mod container;
mod dependency;
mod deploy;
mod environment;
mod files;
mod healthcheck;
mod lifecycle;
mod network;
mod port;
mod read;
mod resources;
pub(crate) mod said;
mod service;
mod volume;

/// The parsers of short forms, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing {
    pub(crate) use super::command::split;
    pub(crate) use super::port::short as port;
    pub(crate) use super::volume::short as mount;
}

pub(crate) use files::{configs, secrets};
pub(crate) use network::networks;
pub(crate) use service::service;
pub(crate) use volume::top_level as volumes;

use crate::interpolate::Variables;
use crate::normalize::Profiles;
use crate::spans::Origins;
use crate::{LoadOptions, ProjectFiles};
use std::cell::{Cell, RefCell};

/// What canonicalization needs besides the tree.
pub(crate) struct Context<'a> {
    pub(crate) files: &'a ProjectFiles,
    pub(crate) options: &'a LoadOptions,
    pub(crate) variables: &'a Variables<'a>,
    pub(crate) profiles: &'a Profiles,
    /// Remaining ports that ranges may expand to.
    pub(crate) ports: Cell<usize>,
    /// Remaining bytes of env files that may be read.
    pub(crate) env_file_bytes: Cell<usize>,
    /// Where the items of the current service were written.
    pub(crate) origins: RefCell<Origins>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        files: &'a ProjectFiles,
        options: &'a LoadOptions,
        variables: &'a Variables<'a>,
        profiles: &'a Profiles,
    ) -> Self {
        Self {
            files,
            options,
            variables,
            profiles,
            ports: Cell::new(options.limits.ports),
            env_file_bytes: Cell::new(options.limits.env_file_bytes),
            origins: RefCell::default(),
        }
    }
}

/// Subtracts `cost` from a budget; `false` if too little is left.
fn spend(budget: &Cell<usize>, cost: usize) -> bool {
    budget.get().checked_sub(cost).map(|left| budget.set(left)).is_some()
}
