//! Whether somebody may do something.

use super::audience::{Audience, Reach};
use super::{Action, Grant, Permission, Resource, ResourceKind, Role, Target};
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
    /// No grant is for this, whether it exists or not.
    #[error("no access was granted to this")]
    Scope,
    /// The role is not enough.
    #[error("it takes the role `{0}`")]
    Role(Role),
    /// The permission is missing.
    #[error("it takes the permission `{0}`")]
    Permission(Permission),
    /// The grants cannot be read, so nothing is allowed.
    #[error("it cannot be found out now whether it is allowed")]
    Unknown,
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

/// Whether `actor`, whose principal has these grants, may perform `action` on `resource`. This is the only place that decides it.
///
/// `target` is the stack that the resource is or belongs to, or the template; `None` if there is no such thing or nobody has
/// looked, which is enough where a grant is for everything.
pub fn decide(
    actor: &Actor,
    grants: &[Grant],
    action: Action,
    resource: &Resource,
    target: Option<Target<'_>>,
) -> Decision {
    if resource.kind() != action.resource() {
        return Decision::Refused { why: Refusal::Mismatch };
    }
    let reach = action.audience().reach;
    decided(actor, grants, action, |grant| reaches(grant, resource.kind(), reach, target))
}

/// The role that these grants give for this stack; `None` if none is for it.
pub fn role_for(grants: &[Grant], target: Target<'_>) -> Option<Role> {
    grants.iter().filter(|grant| grant.stacks.contains(target)).map(|grant| grant.role).max()
}

/// Whether `actor` may use `action` to make a stack or template of this name, beside whether it may use it at all. What is not there
/// yet has no labels, so a grant by label is for nothing that is made.
pub fn decide_name(actor: &Actor, grants: &[Grant], action: Action, name: &str) -> Decision {
    decided(actor, grants, action, |grant| grant.stacks.contains(Target::named(name)))
}

fn decided(actor: &Actor, grants: &[Grant], action: Action, reaches: impl Fn(&Grant) -> bool) -> Decision {
    let Audience { role, permission, parts, .. } = action.audience();
    if matches!(actor, Actor::System { part, .. } if parts.contains(part)) {
        return Decision::Allowed;
    }
    let refused = |why| Decision::Refused { why };
    if actor.principal().is_none() {
        return refused(Refusal::Unasked);
    }
    let Some(role) = role else { return refused(Refusal::Internal) };
    let reaching: Vec<&Grant> = grants.iter().filter(|grant| reaches(grant)).collect();
    let enough: Vec<&Grant> = reaching.iter().copied().filter(|grant| grant.role >= role).collect();
    if reaching.is_empty() {
        return refused(Refusal::Scope);
    }
    if enough.is_empty() {
        return refused(Refusal::Role(role));
    }
    match permission {
        Some(permission) if !enough.iter().any(|grant| grant.has(permission)) => {
            refused(Refusal::Permission(permission))
        }
        _ => Decision::Allowed,
    }
}

/// Whether a grant is for this, whatever its role.
fn reaches(grant: &Grant, kind: ResourceKind, reach: Reach, target: Option<Target<'_>>) -> bool {
    if grant.stacks.is_everything() {
        return true;
    }
    match reach {
        // What it shows or makes is sorted out by the use case.
        Reach::Anywhere => true,
        Reach::Resource => kind.has_name() && target.is_some_and(|target| grant.stacks.contains(target)),
    }
}

/// Whether it takes the stack or template to decide: these grants are not all for everything, and may be for it.
pub fn needs_target(grants: &[Grant], resource: &Resource) -> bool {
    resource.kind().has_name() && grants.iter().any(|grant| !grant.stacks.is_everything())
}
