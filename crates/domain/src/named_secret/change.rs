//! What becomes of a named secret, and why nothing does.

use std::collections::BTreeSet;

use super::{NamedSecret, SecretUser};
use crate::access::StackPattern;
use crate::ports::StoreError;

/// What changes about a named secret; `None` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamedSecretChange {
    /// What it is for.
    pub description: Option<String>,
    /// The stacks that may use it.
    pub stacks: Option<BTreeSet<StackPattern>>,
}

impl NamedSecretChange {
    /// Makes the change.
    pub fn apply(self, secret: &mut NamedSecret) {
        if let Some(description) = self.description {
            secret.description = description;
        }
        if let Some(stacks) = self.stacks {
            secret.stacks = stacks;
        }
    }
}

/// Why a named secret was not stored, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum NamedSecretError {
    /// There is one of this name.
    #[error("there is a secret of this name already")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {most} secrets already, which are as many as there may be")]
    TooMany {
        /// As many.
        most: u32,
    },
    /// There is no such secret.
    #[error("there is no such secret")]
    NotFound,
    /// Somebody else has added a version.
    #[error("the secret has got another version meanwhile")]
    Changed,
    /// Stacks use it.
    #[error("{} stacks use the secret", stacks.len())]
    InUse {
        /// By name. Never empty.
        stacks: Vec<SecretUser>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
