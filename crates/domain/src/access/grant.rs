//! Grants: who may do what, and with which stacks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Permission, Role, StackPattern};

/// A role, permissions beside it, and what both are for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The permissions beside the role. An administrator has all of them anyway.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub permissions: BTreeSet<Permission>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Scope::is_everything")]
    pub stacks: Scope,
}

/// What a grant is for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scope {
    /// Everything there is and will be.
    #[default]
    Everything,
    /// The stacks, and the templates, whose names match one of these patterns.
    Stacks(BTreeSet<StackPattern>),
}

impl Grant {
    /// The grant of an administrator of everything.
    pub fn administrator() -> Self {
        Self::everything(Role::Administrator)
    }

    /// A role for everything, with no permission beside it.
    pub fn everything(role: Role) -> Self {
        Self { role, permissions: BTreeSet::new(), stacks: Scope::Everything }
    }

    /// Whether it includes this permission.
    pub(super) fn has(&self, permission: Permission) -> bool {
        self.role == Role::Administrator || self.permissions.contains(&permission)
    }
}

impl Scope {
    /// Whether there is nothing that it leaves out.
    pub fn is_everything(&self) -> bool {
        *self == Self::Everything
    }

    /// Whether the stack or template with this name is in it.
    pub fn contains(&self, name: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Stacks(patterns) => patterns.iter().any(|pattern| pattern.matches(name)),
        }
    }
}

/// Which stacks somebody may see, of those that lists have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visible(Vec<Scope>);

impl Visible {
    /// What the holder of these grants may see.
    pub fn to(grants: &[Grant]) -> Self {
        Self(grants.iter().map(|grant| grant.stacks.clone()).collect())
    }

    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.0.iter().any(Scope::is_everything)
    }

    /// Whether the stack or template with this name is seen.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope.contains(name))
    }
}
