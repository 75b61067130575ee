//! What was refused.

use std::net::IpAddr;

use super::{AuditDetail, AuditEntry, Change};
use crate::access::{Action, Refusal, Resource};
use crate::actor::Actor;
use crate::time::Timestamp;
use crate::user::UserName;

/// Why somebody who is not known was refused. It is for whoever reads the audit: the stranger is told less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StrangerRefusal {
    /// There is no such token, or it has run out.
    #[error("the token is not valid")]
    Token,
    /// What was typed is not the name of a user.
    #[error("no user has this name")]
    Name,
    /// Whoever has the name has not accepted an invitation yet, or comes from the provider of identities.
    #[error("the user has no password")]
    NoPassword,
    /// It is not the password of the user.
    #[error("the password is wrong")]
    Password,
    /// It is not the one-time code of this moment.
    #[error("the one-time code is wrong")]
    Code,
    /// It is a one-time code that was used, or one from before that.
    #[error("the one-time code was used before")]
    CodeUsed,
    /// There were too many attempts from an address, or from all of them together.
    #[error("there were too many attempts")]
    TooMany,
    /// There were too many attempts with the right password of the user.
    #[error("there were too many attempts with the password of this user")]
    TooManyOfUser,
    /// It is not the setup token, or there is a user already.
    #[error("the setup token is not valid")]
    SetupToken,
    /// No user has such an invitation.
    #[error("the invitation is not valid, or was accepted before")]
    Invitation,
    /// It was not accepted in time.
    #[error("the invitation has expired")]
    InvitationExpired,
    /// The browser has begun no sign-in at the provider, or too long ago, or has come back before.
    #[error("no sign-in with the provider is under way in the browser")]
    NotUnderWay,
    /// The provider does not accept the code.
    #[error("the provider refused the sign-in")]
    Provider,
    /// What the provider answers may not be believed.
    #[error("the answer of the provider is not valid")]
    ProviderAnswer,
    /// None of their groups at the provider is worth anything here.
    #[error("none of the groups at the provider has a role")]
    NoGroup,
    /// Another user has the name that the provider tells, or it cannot be one.
    #[error("the name at the provider is that of another user, or cannot be the name of a user")]
    NameTaken,
    /// They are new, and there are as many users as there may be.
    #[error("there are as many users as there may be")]
    NoRoom,
}

impl AuditEntry {
    /// Somebody who is not known was refused at the door, where they tried `action`, perhaps as a user. What was typed as a name and is
    /// not that of a user may be a password in the wrong place, so it is not kept.
    pub fn stranger_refused(
        action: Action,
        why: StrangerRefusal,
        user: Option<&UserName>,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Self {
        Self {
            at: now,
            actor: Actor::server(),
            action,
            resource: Resource::Installation,
            change: Change::Refused,
            detail: Some(AuditDetail {
                name: user.map(ToString::to_string),
                reason: AuditDetail::text(&why.to_string()),
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
