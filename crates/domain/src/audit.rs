//! The audit: who changed credentials, tokens and settings, which no command records.
//!
//! An entry contains names and no values, so that it can be kept forever and shown to everyone who may read the audit.

use std::fmt;
use std::str::FromStr;

use crate::access::{Action, Resource};
use crate::actor::{Actor, ActorName};
use crate::ids::StackId;
use crate::registry::RegistryHost;
use crate::time::Timestamp;

/// A stored entry. Never changed or removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Position in the audit; later entries have larger numbers.
    pub id: i64,
    /// The entry.
    pub entry: AuditEntry,
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
}

impl Change {
    /// Every change.
    pub const ALL: [Self; 3] = [Self::Created, Self::Replaced, Self::Removed];

    /// The name in the table and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Replaced => "replaced",
            Self::Removed => "removed",
        }
    }

    fn put(was_there: bool) -> Self {
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
        }
    }
}
