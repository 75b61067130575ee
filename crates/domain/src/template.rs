//! Templates: definitions with parameters, of which instances are launched.
//!
//! A template is a project folder whose compose file declares its parameters under `x-core-monitor.template`. Each parameter is a
//! variable of the compose file. So an instance is an ordinary stack: the files of the template, with the values of its
//! parameters as the variables of its versions.

mod braced;
mod declaration;
mod fill;
mod instance;
mod key_list;
mod lifetime;
mod mount_problem;
mod parameter;
mod pattern;
mod port_range;
mod prefix;
mod read;
mod rollout;
mod routes;
pub(crate) mod said;
mod sample;

use std::collections::BTreeMap;

use core_monitor_compose::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{TemplateId, VersionNumber};
use crate::names::TemplateName;
use crate::time::Timestamp;

pub use braced::Braced;
pub use declaration::{Declaration, KeyRule};
pub use fill::{Filled, FolderRoots, HostMount, MountForm, ValueProblem, Wish};
pub use instance::{Instance, MadeFrom};
pub use key_list::{KeyList, KeySource};
pub use lifetime::{Life, Lifetime, Sweep, SweepCause};
pub use mount_problem::MountProblem;
pub use parameter::{Parameter, ParameterKind, ParameterName, ParameterNameError};
pub use pattern::{Pattern, PatternError};
pub use port_range::{PortRange, PortRangeError};
pub use read::{declared, place_of};
pub use rollout::{AfterFailure, Rollout, RolloutState, Taken};
pub use routes::{Route, Routes, Upstream};

/// A template as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Identity.
    pub id: TemplateId,
    /// Unique among the templates that are not deleted.
    pub name: TemplateName,
    /// The newest version, which new instances are made from.
    pub latest_version: VersionNumber,
    /// Who created it.
    pub created_by: Actor,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its newest version was saved.
    pub updated_at: Timestamp,
}

/// A version of a template without its files. Never changed after it was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateVersion {
    /// The template.
    pub template: TemplateId,
    /// 1, 2, 3... within the template.
    pub version: VersionNumber,
    /// Who saved it.
    pub author: Actor,
    /// When it was saved.
    pub created_at: Timestamp,
    /// Why.
    pub comment: String,
    /// `sha256:` over its files; equal hashes mean equal versions.
    pub content_hash: String,
    /// Its plain variables, beside those of its `.env`.
    pub variables: BTreeMap<String, String>,
    /// What its compose file declares.
    pub declaration: Declaration,
    /// The loader's warnings about it, with sample values.
    pub warnings: Vec<Diagnostic>,
}
