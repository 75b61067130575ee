//! Versions.

use core_monitor_application::server::{Issue, ListedVersion};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::ProblemItem;
use crate::v1::actor::ActorBody;

pub(crate) mod artifacts;
pub(crate) mod diff;
pub(crate) mod files;
pub(crate) mod list;
pub(crate) mod model;
pub(crate) mod save;
pub(crate) mod show;
pub(crate) mod tag;

/// A version without its files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionSummary {
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: StackId,
    /// Number of the version within the stack: 1, 2, 3 and so on.
    #[schema(value_type = u32, example = 2)]
    version: VersionNumber,
    /// The version it was based on; null for the first.
    #[schema(value_type = Option<u32>, example = 1)]
    parent_version: Option<VersionNumber>,
    metadata: VersionMetadata,
    /// Equal hashes mean equal definitions.
    #[schema(example = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    content_hash: String,
    /// Names of the services, in the order of the file.
    #[schema(example = json!(["db", "api", "web"]))]
    services: Vec<String>,
    /// The name that somebody gave it, unique within the stack; null if nobody did.
    #[schema(example = "good")]
    tag: Option<String>,
    /// The images of its last release; empty if it was never applied.
    images: Vec<VersionImage>,
}

/// The image that a service of a version got when the version was last applied.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionImage {
    #[schema(example = "web")]
    service: String,
    /// The reference in the definition.
    #[schema(example = "nginx:1.27")]
    reference: String,
    /// The registry's digest of the image; null for a local image.
    #[schema(example = "nginx@sha256:9c7a54a9a43cca047013b82af109fe963fde787f63f9e016fdc3384500c2823d")]
    digest: Option<String>,
}

/// Who made a version, when, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VersionMetadata {
    author: ActorBody,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    #[schema(example = "raise the memory limit")]
    comment: String,
}

/// The warnings given when the version was saved.
pub(crate) fn warnings(version: &StackVersion) -> Vec<ProblemItem> {
    version.warnings.iter().cloned().map(Issue::from).map(ProblemItem::from).collect()
}

impl VersionSummary {
    /// Of a whole version.
    pub(crate) fn of(version: &StackVersion) -> Self {
        ListedVersion::of(version).into()
    }
}

impl From<ListedVersion> for VersionSummary {
    fn from(version: ListedVersion) -> Self {
        let ListedVersion {
            stack_id,
            version,
            parent_version,
            author,
            created_at,
            comment,
            content_hash,
            services,
            record,
        } = version;
        let images = record.images.into_iter().map(|(service, pin)| VersionImage {
            service: service.to_string(),
            reference: pin.reference,
            digest: pin.digest,
        });
        Self {
            stack_id,
            version,
            parent_version,
            metadata: VersionMetadata { author: author.into(), created_at, comment },
            content_hash,
            services,
            tag: record.tag.map(|tag| tag.to_string()),
            images: images.collect(),
        }
    }
}
