//! Grants: who may do what, and with which stacks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Permission, Role, StackSelector};
use crate::stack::{Stack, StackLabels};

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
    /// The stacks, and the templates, that one of these selects.
    Stacks(BTreeSet<StackSelector>),
}

/// What a grant may be for, as far as that decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'t> {
    /// The name of the stack; that of a template as grants mean it.
    pub name: &'t str,
    /// The labels of the stack: none for a template, and for a stack that is to be made.
    pub labels: &'t StackLabels,
}

static NO_LABELS: StackLabels = StackLabels::none();

impl<'t> Target<'t> {
    /// What has a name and no labels.
    pub fn named(name: &'t str) -> Self {
        Self { name, labels: &NO_LABELS }
    }
}

impl<'t> From<&'t Stack> for Target<'t> {
    fn from(stack: &'t Stack) -> Self {
        Self { name: stack.name.as_str(), labels: &stack.labels }
    }
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

    /// Whether this stack or template is in it.
    pub fn contains(&self, target: Target<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::Stacks(selectors) => selectors.iter().any(|selector| selector.selects(target)),
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

    /// Whether this stack or template is seen.
    pub fn contains(&self, target: Target<'_>) -> bool {
        self.0.iter().any(|scope| scope.contains(target))
    }
}
