//! Data that belongs to a line but is too large for lists.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::desired::DesiredStack;
use crate::observation::{Observation, ObservedContainer, VolumeOrigin};
use crate::stack::RunId;
use crate::text::Line;

/// Stored with a line, always complete: a worker that takes over a command depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Attachment {
    /// The last lines that a container or a build wrote, oldest first. They may contain secrets, so they are not part
    /// of lists of events.
    Lines {
        /// At most [`Failure::LINES`](crate::command::Failure::LINES).
        lines: Vec<Line>,
    },
    /// What a RESTART or DELETE found.
    Baseline(Baseline),
}

/// What existed when a command was first claimed. It can no longer be observed after the first effect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// RESTART: the runs to end. As many as the stack has containers.
    pub restarting: BTreeSet<RunId>,
    /// DELETE with volumes: the anonymous volumes to remove.
    pub doomed_volumes: BTreeSet<String>,
}

impl Baseline {
    /// What there is to end and to remove. The definition tells which volumes that were named in a create call are external;
    /// without one, only those are taken that nobody named.
    pub fn of(observed: &Observation, desired: &DesiredStack) -> Self {
        let up = observed.containers.iter().filter(|container| container.state.is_up());
        let mounts = observed.containers.iter().flat_map(|container| &container.mounts);
        let named = !desired.services.is_empty();
        let anonymous = mounts.filter(|mount| {
            let known = mount.origin == VolumeOrigin::Own || (named && mount.origin == VolumeOrigin::Named);
            known && mount.is_anonymous_volume()
        });
        Self {
            restarting: up.filter_map(ObservedContainer::run).collect(),
            doomed_volumes: anonymous.map(|mount| mount.name.clone()).collect(),
        }
    }
}

/// A stored attachment that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this version cannot read the attachment")]
pub struct AttachmentError;

impl Attachment {
    /// The stored form.
    pub fn encode(&self) -> serde_json::Value {
        // A map with string keys and no floats: serializing it cannot fail.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Parses the output of [`encode`](Self::encode).
    pub fn decode(stored: &str) -> Result<Self, AttachmentError> {
        // The parser's message speaks of types of this program, and may quote a line of the output.
        serde_json::from_str(stored).map_err(|_| AttachmentError)
    }
}
