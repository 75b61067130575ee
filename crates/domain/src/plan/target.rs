//! What a step acts on.

use crate::ids::{ContainerId, NetworkId, StepId};

/// A container: an existing one, or one that an earlier step creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// It exists.
    Existing {
        /// Engine id.
        id: ContainerId,
        /// Name at the time of planning.
        name: String,
    },
    /// A step makes it.
    New {
        /// Which step.
        step: StepId,
        /// The name it will be created with.
        name: String,
    },
}

impl Target {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Existing { name, .. } | Self::New { name, .. } => name,
        }
    }
}

impl Target {
    /// The same container with the name it has at that point.
    #[must_use]
    pub fn called(self, name: &str) -> Self {
        match self {
            Self::Existing { id, .. } => Self::Existing { id, name: name.to_owned() },
            Self::New { step, .. } => Self::New { step, name: name.to_owned() },
        }
    }
}

/// A network: an existing one, or one that an earlier step creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkTarget {
    /// It exists.
    Existing {
        /// Engine id.
        id: NetworkId,
        /// Name.
        name: String,
    },
    /// A step makes it.
    New {
        /// Which step.
        step: StepId,
        /// The name it will be created with.
        name: String,
    },
}

impl NetworkTarget {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Existing { name, .. } | Self::New { name, .. } => name,
        }
    }
}

impl Target {
    /// `None` if a step of the same plan creates it.
    pub fn existing(&self) -> Option<&ContainerId> {
        match self {
            Self::Existing { id, .. } => Some(id),
            Self::New { .. } => None,
        }
    }

    /// The step that creates it.
    pub fn made_by(&self) -> Option<StepId> {
        match self {
            Self::Existing { .. } => None,
            Self::New { step, .. } => Some(*step),
        }
    }
}
