//! Why nothing of a template can be read.

use core_monitor_domain::access::Forbidden;
use core_monitor_domain::ids::{TemplateId, VersionNumber};
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::FileEntry;
use core_monitor_domain::template::Template;

use super::super::ServerPorts;

/// Why nothing of a template can be read.
#[derive(Debug, thiserror::Error)]
pub enum TemplateQueryError {
    /// The actor is not allowed to see it. Whether it exists was not checked.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such template, or it is deleted.
    #[error("the template does not exist")]
    NotFound,
    /// The template has no such version.
    #[error("the template has no version {0}")]
    VersionNotFound(VersionNumber),
    /// The version has no such file.
    #[error("the version has no file with this path")]
    FileNotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The template of this name.
pub(super) async fn template_of(
    ports: &ServerPorts,
    name: &TemplateName,
) -> Result<Template, TemplateQueryError> {
    ports.templates.find(name).await?.ok_or(TemplateQueryError::NotFound)
}

/// The files of a version, by path, without their content.
pub(super) async fn files_of(
    ports: &ServerPorts,
    template: TemplateId,
    version: VersionNumber,
) -> Result<Vec<FileEntry>, TemplateQueryError> {
    let files = ports.templates.list_files(template, version).await?;
    // Every version has a compose file.
    if files.is_empty() { Err(TemplateQueryError::VersionNotFound(version)) } else { Ok(files) }
}
