//! Listing the versions of a stack.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::Page;
use core_monitor_domain::stack_version::{StackVersion, VersionRecord};
use core_monitor_domain::time::Timestamp;

use super::show_stack::stack_of;
use super::{QueryError, Server};

/// A version in a list: of its model, only the names of the services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedVersion {
    /// The stack it belongs to.
    pub stack_id: StackId,
    /// Its number.
    pub version: VersionNumber,
    /// The version it was based on.
    pub parent_version: Option<VersionNumber>,
    /// Who made it.
    pub author: Actor,
    /// When.
    pub created_at: Timestamp,
    /// Why.
    pub comment: String,
    /// Hash of its source.
    pub content_hash: String,
    /// Names of the services, in the order of the file.
    pub services: Vec<String>,
    /// What is known of it besides.
    pub record: VersionRecord,
}

impl ListedVersion {
    /// Of a whole version.
    pub fn of(version: &StackVersion) -> Self {
        Self {
            stack_id: version.stack_id,
            version: version.version,
            parent_version: version.parent_version,
            author: version.author.clone(),
            created_at: version.created_at,
            comment: version.comment.clone(),
            content_hash: version.content_hash.clone(),
            services: version.model.services.keys().cloned().collect(),
            record: VersionRecord::default(),
        }
    }

    /// The same with what is known of it.
    #[must_use]
    pub fn with(self, record: Option<VersionRecord>) -> Self {
        Self { record: record.unwrap_or_default(), ..self }
    }
}

impl Server {
    /// A page of the versions before `before`, newest first.
    pub async fn list_versions(
        &self,
        actor: &Actor,
        stack: StackId,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<ListedVersion>, QueryError> {
        let ports = self.permit(actor, Action::ListVersions, &Resource::Stack(stack)).await?;
        stack_of(ports, stack).await?;
        let mut listed = Page { items: Vec::new(), more: true };
        let mut before = before;
        // One at a time: a model takes some hundred times what is listed of it.
        while listed.more && listed.items.len() < limit as usize {
            let next = ports.stacks.list_versions(stack, before, 1).await?;
            listed.more = next.more;
            before = next.items.last().map(|version| version.version);
            listed.items.extend(next.items.iter().map(ListedVersion::of));
        }
        let (newest, oldest) = (listed.items.first(), listed.items.last());
        if let (Some(newest), Some(oldest)) = (newest, oldest) {
            let records = ports.version_records.between(stack, oldest.version, newest.version);
            let mut records = records.await?;
            let items = std::mem::take(&mut listed.items).into_iter();
            listed.items = items
                .map(|version| {
                    let record = records.remove(&version.version);
                    version.with(record)
                })
                .collect();
        }
        Ok(listed)
    }
}
