//! Short forms to long forms: a validated tree becomes the model, one file per family of attributes.
//!
//! Wrong types have been reported by then; what does not fit is passed over in silence here, so that a file with several
//! mistakes is told all of them.

mod command;
mod container;
mod dependency;
mod deploy;
mod environment;
mod healthcheck;
mod network;
mod port;
mod read;
mod resources;
mod service;
mod volume;

pub(crate) use network::networks;
pub(crate) use service::service;
pub(crate) use volume::top_level as volumes;

use crate::interpolate::Variables;
use crate::{LoadOptions, ProjectFiles};

/// What the canonical forms depend on besides the tree.
pub(crate) struct Context<'a> {
    pub(crate) files: &'a ProjectFiles,
    pub(crate) options: &'a LoadOptions,
    pub(crate) variables: &'a Variables<'a>,
}
