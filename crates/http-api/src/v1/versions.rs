//! Versions.

use core_monitor_application::server::Issue;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::ProblemItem;

pub(crate) mod diff;
pub(crate) mod files;
pub(crate) mod list;
pub(crate) mod save;
pub(crate) mod show;

/// A version without its files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionSummary {
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    /// 1, 2, 3... within the stack.
    #[schema(value_type = u32, example = 2)]
    version: VersionNumber,
    /// The version it was made from; null for the first.
    #[schema(value_type = Option<u32>, example = 1)]
    parent_version: Option<VersionNumber>,
    metadata: VersionMetadata,
    /// Equal hashes mean equal definitions.
    #[schema(example = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    content_hash: String,
    /// Names of its services, in the order of the file.
    #[schema(example = json!(["db", "api", "web"]))]
    services: Vec<String>,
}

/// Who made a version, when, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionMetadata {
    #[schema(example = "admin")]
    author: String,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    #[schema(example = "raise the memory limit")]
    comment: String,
}

/// What was warned about when the version was saved.
pub(crate) fn warnings(version: &StackVersion) -> Vec<ProblemItem> {
    version.warnings.iter().cloned().map(Issue::from).map(ProblemItem::from).collect()
}

impl From<StackVersion> for VersionSummary {
    fn from(version: StackVersion) -> Self {
        Self {
            stack_id: version.stack_id,
            version: version.version,
            parent_version: version.parent_version,
            metadata: VersionMetadata {
                author: version.author,
                created_at: version.created_at,
                comment: version.comment,
            },
            content_hash: version.content_hash,
            services: version.model.services.into_keys().collect(),
        }
    }
}
