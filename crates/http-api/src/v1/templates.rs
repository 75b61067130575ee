//! Templates: definitions with parameters, of which instances are launched.

use actix_web::http::header;
use core_monitor_application::server::{Issue, TemplateQueryError};
use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::template::{Template, TemplateVersion};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemItem};
use crate::v1::actor::ActorBody;

pub(crate) mod convert;
pub(crate) mod create;
pub(crate) mod declaration;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod render;
pub(crate) mod show;
pub(crate) mod versions;

/// A template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct TemplateBody {
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    template_id: TemplateId,
    /// Unique among the templates.
    #[schema(example = "shop")]
    name: String,
    /// Number of its newest version, which new instances are made from.
    #[schema(value_type = u32, example = 2)]
    latest_version: VersionNumber,
    /// Who created it.
    created_by: ActorBody,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// When its newest version was saved.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    updated_at: Timestamp,
}

/// A version of a template without its files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateVersionSummary {
    /// Number of the version within the template: 1, 2, 3 and so on.
    #[schema(value_type = u32, example = 2)]
    version: VersionNumber,
    /// Who saved it.
    author: ActorBody,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// Why it was saved.
    #[schema(example = "a parameter for the greeting")]
    comment: String,
    /// Equal hashes mean equal versions.
    #[schema(example = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    content_hash: String,
}

impl From<Template> for TemplateBody {
    fn from(template: Template) -> Self {
        let Template { id, name, latest_version, created_by, created_at, updated_at } = template;
        Self {
            template_id: id,
            name: name.to_string(),
            latest_version,
            created_by: created_by.into(),
            created_at,
            updated_at,
        }
    }
}

impl TemplateVersionSummary {
    fn of(version: &TemplateVersion) -> Self {
        Self {
            version: version.version,
            author: version.author.clone().into(),
            created_at: version.created_at,
            comment: version.comment.clone(),
            content_hash: version.content_hash.clone(),
        }
    }
}

/// The template that a path names. What cannot be the name of one is the name of none.
fn template_name(text: &str) -> Result<TemplateName, Problem> {
    text.parse().map_err(|_| TemplateQueryError::NotFound.into())
}

/// The `ETag` of a template whose newest version this is.
fn version_tag(latest: VersionNumber) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"v{latest}\""))
}

/// The warnings given when the version was saved.
fn warnings(version: &TemplateVersion) -> Vec<ProblemItem> {
    version.warnings.iter().cloned().map(Issue::from).map(ProblemItem::from).collect()
}

#[cfg(test)]
mod tests;
