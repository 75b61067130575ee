//! Reading a file of a version of a template.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::stack_version::SourceFile;

use super::super::Server;
use super::TemplateQueryError;
use super::query_error::template_of;

impl Server {
    /// The file as it was saved.
    pub async fn show_template_file(
        &self,
        actor: &Actor,
        name: &TemplateName,
        version: VersionNumber,
        path: &str,
    ) -> Result<SourceFile, TemplateQueryError> {
        let ports = self.permit(actor, Action::ShowTemplateFile, &Resource::Template(name.clone())).await?;
        let template = template_of(ports, name).await?;
        let file = ports.templates.read_file(template.id, version, path).await?;
        file.ok_or(TemplateQueryError::FileNotFound)
    }
}
