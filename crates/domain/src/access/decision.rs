//! Whether somebody may do something.

use super::Audience::{Administrators, AdministratorsAnd, Only};
use super::{Action, Resource};
use crate::actor::Actor;

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The actor may do it.
    Allowed,
    /// The actor may not do it.
    Refused {
        /// The reason, as told to the actor. Reveals nothing about the resource, not even whether it exists.
        why: Refusal,
    },
}

/// Why something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only Core Monitor does this, by itself.
    #[error("only Core Monitor itself does this")]
    Internal,
    /// Core Monitor does not do this by itself.
    #[error("Core Monitor does this only on behalf of a person or a token")]
    Unasked,
    /// The action does not apply to this kind of resource: a bug in the caller, which must never grant access.
    #[error("the action does not apply to this kind of resource")]
    Mismatch,
    /// The policy of the installation forbids it.
    #[error("the policy of this installation does not allow it")]
    Policy,
}

/// A denied request. Nothing was read and nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` may not use `{action}`: {why}", actor.label())]
pub struct Forbidden {
    /// The actor.
    pub actor: Actor,
    /// The requested action.
    pub action: Action,
    /// Why not.
    pub why: Refusal,
}

/// Whether `actor` may perform `action` on `resource`. This is the only place that decides it.
pub fn decide(actor: &Actor, action: Action, resource: &Resource) -> Decision {
    if resource.kind() != action.resource() {
        return Decision::Refused { why: Refusal::Mismatch };
    }
    let (parts, administrators) = match action.audience() {
        Administrators => (&[][..], true),
        AdministratorsAnd(parts) => (parts, true),
        Only(parts) => (parts, false),
    };
    let meant = matches!(actor, Actor::System { part, .. } if parts.contains(part));
    let refused = match actor.principal() {
        _ if meant => None,
        Some(_) if administrators => None,
        Some(_) => Some(Refusal::Internal),
        None => Some(Refusal::Unasked),
    };
    refused.map_or(Decision::Allowed, |why| Decision::Refused { why })
}
