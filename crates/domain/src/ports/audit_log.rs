//! The audit. Stores that make changes write it themselves, each entry in the transaction of its change.

use async_trait::async_trait;

use super::{Page, StoreError};
use crate::access::{Action, Resource};
use crate::actor::Actor;
use crate::audit::{AuditEntry, AuditRecord, ChainHead};
use crate::time::Timestamp;

/// Which audit entries to list. What is left out does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Only what this actor did.
    pub actor: Option<Actor>,
    /// Only this action.
    pub action: Option<Action>,
    /// Only what happened to this resource.
    pub resource: Option<Resource>,
    /// Only at this time or later.
    pub since: Option<Timestamp>,
    /// Only before this time.
    pub until: Option<Timestamp>,
    /// Only entries older than this one.
    pub before: Option<i64>,
    /// Only entries newer than this one.
    pub after: Option<i64>,
    /// Oldest first, and not newest first.
    pub oldest_first: bool,
    /// At most this many, at least 1.
    pub limit: u32,
}

impl AuditFilter {
    /// Whether it means this record.
    pub fn means(&self, record: &AuditRecord) -> bool {
        let AuditEntry { at, actor, action, resource, .. } = &record.entry;
        self.before.is_none_or(|before| record.id < before)
            && self.after.is_none_or(|after| record.id > after)
            && self.actor.as_ref().is_none_or(|wanted| wanted == actor)
            && self.action.is_none_or(|wanted| wanted == *action)
            && self.resource.as_ref().is_none_or(|wanted| wanted == resource)
            && self.since.is_none_or(|since| *at >= since)
            && self.until.is_none_or(|until| *at < until)
    }
}

/// Reads the audit, and writes what no store changes. Each entry gets the next number, and its value in the chain.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Entries, newest first unless the filter says otherwise.
    async fn list(&self, filter: &AuditFilter) -> Result<Page<AuditRecord>, StoreError>;

    /// Where the chain stands, whatever of it has left.
    async fn head(&self) -> Result<ChainHead, StoreError>;

    /// Adds an entry about something that happens outside the database.
    async fn record(&self, entry: &AuditEntry) -> Result<(), StoreError>;
}
