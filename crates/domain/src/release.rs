//! A release: one successful apply of a version, with the images that ran.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{CommandId, ContainerId, ImageId, Slot, StackId, VersionNumber};
use crate::names::ServiceName;
use crate::time::Timestamp;

/// What a successful APPLY or ROLLBACK left running: the `runtime` of the specification.
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
    /// The resolved image of each service.
    pub images: BTreeMap<ServiceName, ImagePin>,
    /// The containers at that time.
    pub containers: Vec<ReleasedContainer>,
}

/// A resolved image, so that a rollback runs the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagePin {
    /// The reference in the definition.
    pub reference: String,
    /// The image it resolved to.
    pub id: ImageId,
    /// `name@sha256:...` for pulling the same image from a registry; `None` for a local image.
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
