//! What the audit has of a policy.

use super::Policy;
use crate::access::{Action, Resource};
use crate::actor::Actor;
use crate::audit::{AuditEntry, Change};
use crate::time::Timestamp;

impl Policy {
    /// The entry for a policy that was replaced. It says who and when: the policy itself is not kept.
    pub fn replaced(by: &Actor, now: Timestamp) -> AuditEntry {
        AuditEntry {
            at: now,
            actor: by.clone(),
            action: Action::ReplacePolicy,
            resource: Resource::Installation,
            change: Change::Replaced,
            detail: None,
        }
    }
}
