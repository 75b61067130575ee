//! [`VersionRecords`] in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::{AuditEntry, Change};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::{StoreError, TagError, VersionRecords};
use core_monitor_domain::stack_version::{VersionRecord, VersionTag};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;

/// Records of versions in memory.
#[derive(Debug, Clone)]
pub struct SimVersionRecords {
    db: SimDatabase,
}

impl SimVersionRecords {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl VersionRecords for SimVersionRecords {
    async fn between(
        &self,
        stack: StackId,
        first: VersionNumber,
        last: VersionNumber,
    ) -> Result<BTreeMap<VersionNumber, VersionRecord>, StoreError> {
        self.db.read("VersionRecords::between", |state| {
            let mut records: BTreeMap<VersionNumber, VersionRecord> = BTreeMap::new();
            for ((of, version), tag) in &state.tags {
                if *of == stack && (first..=last).contains(version) {
                    records.entry(*version).or_default().tag = Some(tag.clone());
                }
            }
            for release in state.releases.iter().filter(|release| release.stack_id == stack) {
                if (first..=last).contains(&release.version) {
                    records.entry(release.version).or_default().images.clone_from(&release.images);
                }
            }
            Ok(records)
        })
    }

    async fn tag(
        &self,
        stack: StackId,
        version: VersionNumber,
        tag: Option<VersionTag>,
        by: &Actor,
        now: Timestamp,
    ) -> Result<(), TagError> {
        self.db.write("VersionRecords::tag", |state| {
            state.live_stack(stack).ok_or(TagError::StackNotFound)?;
            if !state.versions.contains_key(&(stack, version)) {
                return Err(TagError::VersionNotFound);
            }
            let mut others = state.tags.iter().filter(|((of, other), _)| *of == stack && *other != version);
            if let Some(((_, holder), _)) = others.find(|(_, other)| Some(*other) == tag.as_ref()) {
                return Err(TagError::Taken { holder: *holder });
            }
            let before = state.tags.get(&(stack, version));
            let Some(change) = Change::between(before, tag.as_ref()) else { return Ok(()) };
            match tag {
                Some(tag) => drop(state.tags.insert((stack, version), tag)),
                None => drop(state.tags.remove(&(stack, version))),
            }
            state.audit(AuditEntry::version_tagged(stack, change, by, now));
            Ok(())
        })
    }
}
