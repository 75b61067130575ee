//! Who may use an action.

use super::{Permission, Role};
use crate::actor::SystemPart;

/// Who may use an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Audience {
    /// The role that it takes; `None` if nobody outside may use it.
    pub(super) role: Option<Role>,
    /// The permission that it takes besides.
    pub(super) permission: Option<Permission>,
    /// What a grant has to be for.
    pub(super) reach: Reach,
    /// The parts of Core Monitor that use it by themselves.
    pub(super) parts: &'static [SystemPart],
}

/// What a grant has to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The resource. For the installation as a whole that is everything.
    Resource,
    /// Anything at all: it shows nothing of stacks, or only of those that a grant is for.
    Anywhere,
}

impl Audience {
    /// Those with this role, for the resource.
    pub(super) const fn role(role: Role) -> Self {
        Self { role: Some(role), permission: None, reach: Reach::Resource, parts: &[] }
    }

    /// Only these parts of Core Monitor, by themselves.
    pub(super) const fn only(parts: &'static [SystemPart]) -> Self {
        Self { role: None, permission: None, reach: Reach::Resource, parts }
    }

    /// A grant for anything at all is enough.
    pub(super) const fn anywhere(self) -> Self {
        Self { reach: Reach::Anywhere, ..self }
    }

    /// This permission is needed besides.
    pub(super) const fn with(self, permission: Permission) -> Self {
        Self { permission: Some(permission), ..self }
    }

    /// These parts of Core Monitor, too.
    pub(super) const fn or(self, parts: &'static [SystemPart]) -> Self {
        Self { parts, ..self }
    }
}
