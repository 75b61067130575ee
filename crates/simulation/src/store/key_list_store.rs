//! [`KeyListStore`] in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::ports::{KeyListStore, StoreError};
use core_monitor_domain::template::{KeyList, KeySource};
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;

use super::state::State;
use super::{SimDatabase, refused};

/// The lists of the templates that are not deleted.
pub(super) type KeyLists = BTreeMap<TemplateId, KeyList>;

/// Lists of keys in memory.
#[derive(Debug, Clone)]
pub struct SimKeyListStore {
    db: SimDatabase,
}

impl SimKeyListStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl KeyListStore for SimKeyListStore {
    async fn set_source(
        &self,
        template: TemplateId,
        source: KeySource,
        by: &Actor,
        now: Timestamp,
    ) -> Result<KeyList, StoreError> {
        self.db.write("KeyListStore::set_source", |state| {
            let name = name(state, template)?;
            let (list, was_there) = match state.key_lists.get(&template).cloned() {
                Some(before) if before.source == source => return Ok(before),
                Some(before) => (before.sourced(source), true),
                None => (KeyList::from_now_on(source), false),
            };
            put(state, template, list.clone());
            state.audit(AuditEntry::key_list_changed(&name, by, now, was_there));
            Ok(list)
        })
    }

    async fn take(
        &self,
        template: TemplateId,
        from: &KeySource,
        keys: BTreeSet<InstanceKey>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.db.write("KeyListStore::take", |state| {
            let before = state.key_lists.get(&template).cloned();
            if let Some(list) = before.and_then(|list| list.taken(from, keys, at)) {
                put(state, template, list);
            }
            Ok(())
        })
    }

    async fn fail(
        &self,
        template: TemplateId,
        from: &KeySource,
        trouble: Message,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.db.write("KeyListStore::fail", |state| {
            let before = state.key_lists.get(&template).cloned();
            if let Some(list) = before.and_then(|list| list.failed(from, trouble, at)) {
                put(state, template, list);
            }
            Ok(())
        })
    }

    async fn remove(&self, template: TemplateId, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        self.db.write("KeyListStore::remove", |state| {
            if !state.key_lists.contains_key(&template) {
                return Ok(false);
            }
            let name = name(state, template)?;
            state.key_lists.remove(&template);
            mark(state, template, None);
            state.audit(AuditEntry::key_list_removed(&name, by, now));
            Ok(true)
        })
    }

    async fn find(&self, template: TemplateId) -> Result<Option<KeyList>, StoreError> {
        self.db.read("KeyListStore::find", |state| Ok(state.key_lists.get(&template).cloned()))
    }

    async fn all(&self) -> Result<BTreeMap<TemplateId, KeyList>, StoreError> {
        self.db.read("KeyListStore::all", |state| Ok(state.key_lists.clone()))
    }
}

pub(super) fn name(state: &State, template: TemplateId) -> Result<TemplateName, StoreError> {
    let found = state.templates.name(template).cloned();
    found.ok_or_else(|| refused(format_args!("the template `{template}` is gone or deleted")))
}

/// Stores a list in the place of the one before, and marks the instances.
fn put(state: &mut State, template: TemplateId, list: KeyList) {
    mark(state, template, Some(&list));
    state.key_lists.insert(template, list);
}

/// Marks the instances of a template as its list says; without one, no mark stays.
fn mark(state: &mut State, template: TemplateId, list: Option<&KeyList>) {
    for instance in state.instances.values_mut().filter(|instance| instance.template == template) {
        let before = instance.unlisted_since;
        instance.unlisted_since =
            list.and_then(|list| list.missing_since(&instance.key, instance.created_at, before));
    }
}
