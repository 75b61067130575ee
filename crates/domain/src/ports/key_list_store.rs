//! The lists of keys of templates, and what follows from them for instances.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use core_monitor_message::Message;

use super::StoreError;
use crate::actor::Actor;
use crate::ids::TemplateId;
use crate::names::InstanceKey;
use crate::template::{KeyList, KeySource};
use crate::time::Timestamp;

/// Stores the lists of keys. Whatever changes one marks the instances in the same transaction, as
/// [`KeyList::missing_since`] says, so that a mark is never older or newer than the list.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait KeyListStore: Send + Sync {
    /// Says where the list of a template comes from, with an entry in the audit. The keys that were known stay, unless it comes from
    /// somewhere else now.
    async fn set_source(
        &self,
        template: TemplateId,
        source: KeySource,
        by: &Actor,
        now: Timestamp,
    ) -> Result<KeyList, StoreError>;

    /// Takes a list: these are all keys, as `from` said at `at`. An older one than the last is left out, and so is one from
    /// somewhere else than the list comes from by now.
    async fn take(
        &self,
        template: TemplateId,
        from: &KeySource,
        keys: BTreeSet<InstanceKey>,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Notes that the list could not be read from `from`. The keys and marks stay as they are.
    async fn fail(
        &self,
        template: TemplateId,
        from: &KeySource,
        trouble: Message,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Removes the list of a template with all its marks, with an entry in the audit; says whether there was one.
    async fn remove(&self, template: TemplateId, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;

    /// The list of a template.
    async fn find(&self, template: TemplateId) -> Result<Option<KeyList>, StoreError>;

    /// The lists of all templates that are not deleted.
    async fn all(&self) -> Result<BTreeMap<TemplateId, KeyList>, StoreError>;
}
