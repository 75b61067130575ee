//! What becomes of a named secret.

use std::collections::BTreeSet;

use super::NamedSecret;
use crate::access::StackPattern;

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
