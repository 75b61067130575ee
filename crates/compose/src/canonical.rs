//! Short forms to long forms: a validated tree becomes the model, one file per family of attributes.
//!
//! Wrong types have been reported by then; what does not fit is passed over in silence here, so that a file with several
//! mistakes is told all of them.

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
mod service;
mod volume;

/// Short forms by themselves, for the fuzz targets.
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

/// What the canonical forms depend on besides the tree.
pub(crate) struct Context<'a> {
    pub(crate) files: &'a ProjectFiles,
    pub(crate) options: &'a LoadOptions,
    pub(crate) variables: &'a Variables<'a>,
    pub(crate) profiles: &'a Profiles,
    /// Ports that ranges may still expand to.
    pub(crate) ports: Cell<usize>,
    /// Bytes of env files that may still be read.
    pub(crate) env_file_bytes: Cell<usize>,
    /// Where the items of the service at hand come from.
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

/// Takes `cost` out of a budget; `false` when there is not enough left.
fn spend(budget: &Cell<usize>, cost: usize) -> bool {
    budget.get().checked_sub(cost).map(|left| budget.set(left)).is_some()
}
