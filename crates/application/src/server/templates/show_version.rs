//! Showing a version of a template with all its details.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::stack_version::FileEntry;
use core_monitor_domain::template::TemplateVersion;

use super::super::Server;
use super::TemplateQueryError;
use super::query_error::{files_of, template_of};

/// A version of a template, and its files without their content.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownTemplateVersion {
    /// It.
    pub version: TemplateVersion,
    /// Its files, by path.
    pub files: Vec<FileEntry>,
}

impl Server {
    /// A version of a template.
    pub async fn show_template_version(
        &self,
        actor: &Actor,
        name: &TemplateName,
        number: VersionNumber,
    ) -> Result<ShownTemplateVersion, TemplateQueryError> {
        let ports =
            self.permit(actor, Action::ShowTemplateVersion, &Resource::Template(name.clone())).await?;
        let template = template_of(ports, name).await?;
        let version = ports.templates.find_version(template.id, number).await?;
        let version = version.ok_or(TemplateQueryError::VersionNotFound(number))?;
        let files = files_of(ports, template.id, number).await?;
        Ok(ShownTemplateVersion { version, files })
    }
}
