//! The audit: who changed credentials, tokens and settings, who signed in, and who did what in containers, which no command records.
//!
//! An entry contains names and no values, so that it can be kept for years and shown to everyone who may read the audit.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::access::{Action, Resource};
use crate::actor::{Actor, ActorName};
use crate::ids::{SessionId, StackId};
use crate::names::{InstanceKey, TemplateName};
use crate::on_demand::DoorKey;
use crate::registry::RegistryHost;
use crate::session::Session;
use crate::stack::Stack;
use crate::time::Timestamp;
use crate::user::{User, UserChange};

mod chain;
mod refused;
mod verification;

pub use chain::{ChainValue, ChainValueError};
pub use refused::StrangerRefusal;
pub use verification::{AuditFault, ChainHead, ChainPlace, ChainPlaceError, ChainWalk, Gone, Verification};

/// A stored entry. Never changed, and removed only once a record file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Position in the audit; later entries have larger numbers.
    pub id: i64,
    /// The entry.
    pub entry: AuditEntry,
    /// Its value in the chain; `None` if it is from before there was one.
    pub chain: Option<ChainValue>,
}

/// The content of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// The affected resource.
    pub resource: Resource,
    /// The kind of change.
    pub change: Change,
    /// More about it, for what happens in containers and for sign-ins.
    pub detail: Option<AuditDetail>,
}

/// What happened to the resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was created.
    Created,
    /// It replaced an earlier one.
    Replaced,
    /// It was removed.
    Removed,
    /// A command was started in it.
    Started,
    /// The command has ended, or whoever started it has left.
    Ended,
    /// Files were taken from it.
    Downloaded,
    /// Files were put into it.
    Uploaded,
    /// Its secrets were shown.
    Revealed,
    /// Nothing: whoever wanted it was refused.
    Refused,
}

/// More about an entry: what is known of names and numbers, and nothing of what was typed, printed or in a file. Arguments of a
/// command may be secret, so only their number is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditDetail {
    /// The name of the container at that time, of the user as whom somebody tried to sign in, or what else the entry is about in a
    /// few words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The program that was started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// How many arguments it got.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<u64>,
    /// Why it ended, in one word; or why it was refused, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Its exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// How long it ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// The path of a file or folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How many bytes were transferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Where somebody signed in from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
}

impl AuditDetail {
    /// Longest text in characters; the rest is cut off.
    const LONGEST: usize = 1_024;

    /// A text of somebody, for one of the fields.
    pub fn text(text: &str) -> Option<String> {
        Some(text.chars().take(Self::LONGEST).collect())
    }
}

impl Change {
    /// Every change.
    pub const ALL: [Self; 9] = [
        Self::Created,
        Self::Replaced,
        Self::Removed,
        Self::Started,
        Self::Ended,
        Self::Downloaded,
        Self::Uploaded,
        Self::Revealed,
        Self::Refused,
    ];

    /// The name in the table and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Replaced => "replaced",
            Self::Removed => "removed",
            Self::Started => "started",
            Self::Ended => "ended",
            Self::Downloaded => "downloaded",
            Self::Uploaded => "uploaded",
            Self::Revealed => "revealed",
            Self::Refused => "refused",
        }
    }

    /// From one value to another; `None` if they are the same.
    pub fn between<T: PartialEq>(before: Option<&T>, after: Option<&T>) -> Option<Self> {
        match (before, after) {
            (Some(before), Some(after)) if before == after => None,
            (Some(_), Some(_)) => Some(Self::Replaced),
            (None, Some(_)) => Some(Self::Created),
            (Some(_), None) => Some(Self::Removed),
            (None, None) => None,
        }
    }

    /// Of something that is stored in place of what was there, if anything was.
    pub fn put(was_there: bool) -> Self {
        if was_there { Self::Replaced } else { Self::Created }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not the name of a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such change")]
pub struct ChangeError;

impl FromStr for Change {
    type Err = ChangeError;

    fn from_str(word: &str) -> Result<Self, ChangeError> {
        Self::ALL.into_iter().find(|change| change.as_str() == word).ok_or(ChangeError)
    }
}

impl AuditEntry {
    /// `by` stored the credentials of a registry.
    pub fn registry_stored(host: &RegistryHost, by: &Actor, now: Timestamp, was_there: bool) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action: Action::StoreRegistry,
            resource: Resource::Registry(host.clone()),
            change: Change::put(was_there),
            detail: None,
        }
    }

    /// `by` removed the credentials of a registry.
    pub fn registry_removed(host: &RegistryHost, by: &Actor, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action: Action::RemoveRegistry,
            resource: Resource::Registry(host.clone()),
            change: Change::Removed,
            detail: None,
        }
    }

    /// `by` changed the settings of a stack.
    pub fn stack_configured(stack: StackId, by: &Actor, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action: Action::ChangeStack,
            resource: Resource::Stack(stack),
            change: Change::Replaced,
            detail: None,
        }
    }

    /// `by` replaced the labels of a stack. They are no secrets, and say who has access to it.
    pub fn stack_labelled(before: &Stack, after: &Stack, by: &Actor, now: Timestamp) -> Self {
        let name = AuditDetail::text(&before.labels.difference(&after.labels));
        Self {
            at: now,
            actor: by.clone(),
            action: Action::SetStackLabels,
            resource: Resource::Stack(after.id),
            change: Change::Replaced,
            detail: Some(AuditDetail { name, ..AuditDetail::default() }),
        }
    }

    /// `by` gave a version of a stack another tag, its first one, or took it away.
    pub fn version_tagged(stack: StackId, change: Change, by: &Actor, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action: Action::TagVersion,
            resource: Resource::Stack(stack),
            change,
            detail: None,
        }
    }

    /// `by` set what is wanted of a service that wakes on demand, or took it back.
    pub fn on_demand_set(door: &DoorKey, change: Change, by: &Actor, now: Timestamp) -> Self {
        let detail = AuditDetail { name: Some(door.service.to_string()), ..AuditDetail::default() };
        Self {
            at: now,
            actor: by.clone(),
            action: Action::SetOnDemandService,
            resource: Resource::Stack(door.stack),
            change,
            detail: Some(detail),
        }
    }

    /// `by` created a template.
    pub fn template_created(name: &TemplateName, by: &Actor, now: Timestamp) -> Self {
        Self::template(name, Action::CreateTemplate, Change::Created, by, now)
    }

    /// `by` saved another version of a template.
    pub fn template_changed(name: &TemplateName, by: &Actor, now: Timestamp) -> Self {
        Self::template(name, Action::SaveTemplateVersion, Change::Replaced, by, now)
    }

    /// `by` deleted a template.
    pub fn template_deleted(name: &TemplateName, by: &Actor, now: Timestamp) -> Self {
        Self::template(name, Action::DeleteTemplate, Change::Removed, by, now)
    }

    /// `by` said where the list of keys of a template comes from.
    pub fn key_list_changed(name: &TemplateName, by: &Actor, now: Timestamp, was_there: bool) -> Self {
        Self::template(name, Action::SetKeys, Change::put(was_there), by, now)
    }

    /// `by` removed the list of keys of a template.
    pub fn key_list_removed(name: &TemplateName, by: &Actor, now: Timestamp) -> Self {
        Self::template(name, Action::RemoveKeys, Change::Removed, by, now)
    }

    /// `by` began to upgrade all instances of a template.
    pub fn rollout_started(name: &TemplateName, by: &Actor, now: Timestamp, was_there: bool) -> Self {
        Self::template(name, Action::StartRollout, Change::put(was_there), by, now)
    }

    /// `by` cancelled the upgrade of all instances of a template.
    pub fn rollout_cancelled(name: &TemplateName, by: &Actor, now: Timestamp) -> Self {
        Self::template(name, Action::CancelRollout, Change::Replaced, by, now)
    }

    /// `by` held an instance of a template, or released it.
    pub fn instance_held(
        name: &TemplateName,
        key: &InstanceKey,
        is_held: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Self {
        let action = if is_held { Action::HoldInstance } else { Action::ReleaseInstance };
        let detail = AuditDetail { name: Some(key.to_string()), ..AuditDetail::default() };
        Self { detail: Some(detail), ..Self::template(name, action, Change::Replaced, by, now) }
    }

    fn template(name: &TemplateName, action: Action, change: Change, by: &Actor, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action,
            resource: Resource::Template(name.clone()),
            change,
            detail: None,
        }
    }

    /// `by` issued a token, replacing an earlier one of the same name.
    pub fn token_issued(name: &ActorName, by: &Actor, now: Timestamp, was_there: bool) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action: Action::IssueToken,
            resource: Resource::Token(name.clone()),
            change: Change::put(was_there),
            detail: None,
        }
    }

    /// A token was revoked.
    pub fn token_revoked(name: &ActorName, by: &Actor, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action: Action::RevokeToken,
            resource: Resource::Token(name.clone()),
            change: Change::Removed,
            detail: None,
        }
    }

    /// `by` invited a user, the first one themselves.
    pub fn user_added(user: &User, action: Action, by: &Actor) -> Self {
        Self::user(user, action, Change::Created, by, user.created_at)
    }

    /// `by` removed a user.
    pub fn user_removed(user: &User, by: &Actor, now: Timestamp) -> Self {
        Self::user(user, Action::RemoveUser, Change::Removed, by, now)
    }

    /// `by` changed a user; `None` if the audit has it in another entry.
    pub fn user_changed(user: &User, change: &UserChange, by: &Actor, now: Timestamp) -> Option<Self> {
        let (action, change) = change.audited()?;
        Some(Self::user(user, action, change, by, now))
    }

    fn user(user: &User, action: Action, change: Change, by: &Actor, now: Timestamp) -> Self {
        let resource = Resource::User(user.name.clone());
        Self { at: now, actor: by.clone(), action, resource, change, detail: None }
    }

    /// Somebody began a session.
    pub fn session_opened(session: &Session) -> Self {
        Self {
            at: session.created_at,
            actor: session.actor.clone(),
            action: Action::SignIn,
            resource: Resource::Session(session.id),
            change: Change::Created,
            detail: Some(AuditDetail { address: session.address, ..AuditDetail::default() }),
        }
    }

    /// `by` ended a session, by `action`.
    pub fn session_closed(id: SessionId, action: Action, by: &Actor, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: by.clone(),
            action,
            resource: Resource::Session(id),
            change: Change::Removed,
            detail: None,
        }
    }
}
