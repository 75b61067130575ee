//! A release: one successful apply of a version, with what really ran.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{CommandId, ContainerId, ImageId, Slot, StackId, VersionNumber};
use crate::names::ServiceName;
use crate::time::Timestamp;

/// What a successful APPLY or ROLLBACK left running: the `runtime` of the spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The stack.
    pub stack_id: StackId,
    /// The version that was applied.
    pub version: VersionNumber,
    /// The command that applied it.
    pub command_id: CommandId,
    /// When it was done.
    pub at: Timestamp,
    /// The image of each service as it was resolved.
    pub images: BTreeMap<ServiceName, ImagePin>,
    /// The containers of that moment.
    pub containers: Vec<ReleasedContainer>,
}

/// An image as it was resolved once, so that a rollback runs the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagePin {
    /// What the definition said.
    pub reference: String,
    /// What it meant.
    pub id: ImageId,
    /// `name@sha256:...` by which a registry would give the same image; `None` for a local image.
    pub digest: Option<String>,
}

/// One container of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedContainer {
    /// Its service.
    pub service: ServiceName,
    /// Its replica number.
    pub slot: Slot,
    /// Its engine id.
    pub id: ContainerId,
    /// Its name.
    pub name: String,
}
