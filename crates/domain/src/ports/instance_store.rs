//! Instances of templates, and the ports of the host that they have.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::Value;

use super::{Deployed, IfMatch, NewApply, NewStack, NewVersion, Page, SaveError, StoreError};
use crate::actor::Actor;
use crate::ids::{StackId, TemplateId, VersionNumber};
use crate::names::InstanceKey;
use crate::template::{Instance, ParameterName};
use crate::time::Timestamp;

/// Stores instances. An instance is a row beside its stack: it goes with the stack, when a `DELETE` of it is `DONE`, and so do
/// its ports.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait InstanceStore: Send + Sync {
    /// Saves a stack with its first version, as [`StackStore::create`](super::StackStore::create) does, makes it an instance,
    /// claims its ports and enqueues its first `APPLY`: all of it, or nothing. Two launches of one key make one instance:
    /// the second is refused with [`Exists`](LaunchError::Exists).
    async fn launch(&self, launch: NewInstance) -> Result<Launched, LaunchError>;

    /// Saves the next version of the stack of an instance and enqueues its `APPLY`, as
    /// [`StackStore::add_and_apply`](super::StackStore::add_and_apply) does, and changes the instance with it. Its ports are
    /// then exactly those of the change.
    async fn change(&self, change: InstanceChange) -> Result<Launched, LaunchError>;

    /// An instance by its key.
    async fn find(&self, template: TemplateId, key: &InstanceKey) -> Result<Option<Instance>, StoreError>;

    /// The instance that a stack is, if it is one.
    async fn of_stack(&self, stack: StackId) -> Result<Option<Instance>, StoreError>;

    /// The newest version of the stack that was made from the template; `None` if the stack is no instance.
    async fn newest_made(&self, stack: StackId) -> Result<Option<VersionNumber>, StoreError>;

    /// Instances, of one template or of all, by template and key.
    async fn list(&self, filter: &InstanceFilter) -> Result<Page<Instance>, StoreError>;

    /// Every port that an instance has, or that its applied version has.
    async fn ports(&self) -> Result<BTreeSet<u16>, StoreError>;

    /// Notes since when nothing of these instances runs, or that something does. Those that are gone are left out.
    async fn note_stopped(&self, changes: &[(StackId, Option<Timestamp>)]) -> Result<(), StoreError>;

    /// Holds an instance, so that it is not removed by itself, or releases it; says whether there is such an instance. A change
    /// is in the audit.
    async fn hold(
        &self,
        stack: StackId,
        is_held: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}

/// Which instances to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstanceFilter {
    /// Only those of this template.
    pub template: Option<TemplateId>,
    /// Only those after this one.
    pub after: Option<(TemplateId, InstanceKey)>,
    /// At most this many, at least 1.
    pub limit: u32,
}

/// An instance to be launched.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInstance {
    /// The template. A version of it that was deleted meanwhile is refused.
    pub template: TemplateId,
    /// The version of it that the stack was made from.
    pub template_version: VersionNumber,
    /// The key.
    pub key: InstanceKey,
    /// The values that were given, without secrets.
    pub values: BTreeMap<ParameterName, Value>,
    /// The ports that it gets.
    pub ports: BTreeMap<ParameterName, u16>,
    /// The stack.
    pub stack: NewStack,
    /// Its first `APPLY`.
    pub apply: NewApply,
}

impl NewInstance {
    /// The instance that it becomes.
    pub fn instance(&self) -> Instance {
        Instance {
            template: self.template,
            key: self.key.clone(),
            stack: self.stack.id,
            template_version: self.template_version,
            values: self.values.clone(),
            ports: self.ports.clone(),
            applied: None,
            created_by: self.stack.version.author.clone(),
            created_at: self.stack.version.now,
            stopped_since: None,
            unlisted_since: None,
            is_held: false,
        }
    }
}

/// A change of an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceChange {
    /// Its stack.
    pub stack: StackId,
    /// The version of its template that its new version was made from.
    pub template_version: VersionNumber,
    /// The values that were given, without secrets.
    pub values: BTreeMap<ParameterName, Value>,
    /// The ports that it has from now on.
    pub ports: BTreeMap<ParameterName, u16>,
    /// The precondition.
    pub if_match: IfMatch,
    /// The new version of its stack.
    pub version: NewVersion,
    /// The `APPLY` of it.
    pub apply: NewApply,
}

/// An instance with the command that makes it run.
#[derive(Debug, Clone, PartialEq)]
pub struct Launched {
    /// The instance.
    pub instance: Instance,
    /// Its stack, the version and the `APPLY`.
    pub deployed: Deployed,
}

/// Why an instance was not launched or changed.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The template does not exist or is deleted.
    #[error("the template does not exist")]
    TemplateNotFound,
    /// There is no such instance.
    #[error("the instance does not exist")]
    NotFound,
    /// The template already has an instance with this key.
    #[error("the instance already exists")]
    Exists(Box<Instance>),
    /// An instance has that port.
    #[error("the port {port} belongs to another instance")]
    PortTaken {
        /// The port.
        port: u16,
    },
    /// The stack or its version was refused.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<StoreError> for LaunchError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}
