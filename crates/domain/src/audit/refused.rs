//! What was refused.

use std::net::IpAddr;

use super::{AuditDetail, AuditEntry, Change};
use crate::access::{Action, Refusal, Resource};
use crate::actor::Actor;
use crate::time::Timestamp;
use crate::user::UserName;

impl AuditEntry {
    /// Somebody who is not known was refused at the door, where they tried `action`, perhaps as `name`. What they typed there may be a
    /// password in the wrong place, so that it is only kept if it can be a name.
    pub fn stranger_refused(
        action: Action,
        name: Option<&str>,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Self {
        let name = name.and_then(|name| name.parse::<UserName>().ok()).map(|name| name.to_string());
        Self {
            at: now,
            actor: Actor::server(),
            action,
            resource: Resource::Installation,
            change: Change::Refused,
            detail: Some(AuditDetail {
                name,
                address: address.map(|address| address.to_canonical()),
                ..AuditDetail::default()
            }),
        }
    }

    /// Somebody who is known wanted what was not granted to them. Whether the resource exists is not known.
    pub fn refused(by: &Actor, action: Action, resource: &Resource, why: Refusal, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action,
            resource: resource.clone(),
            change: Change::Refused,
            detail: Some(AuditDetail {
                reason: AuditDetail::text(&why.to_string()),
                ..AuditDetail::default()
            }),
        }
    }
}
