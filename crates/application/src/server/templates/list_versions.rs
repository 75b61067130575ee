//! Listing the versions of a template.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::Page;
use core_monitor_domain::template::TemplateVersion;

use super::super::Server;
use super::TemplateQueryError;
use super::query_error::template_of;

impl Server {
    /// A page of the versions before `before`, newest first.
    pub async fn list_template_versions(
        &self,
        actor: &Actor,
        name: &TemplateName,
        before: Option<VersionNumber>,
        limit: u32,
    ) -> Result<Page<TemplateVersion>, TemplateQueryError> {
        let ports =
            self.permit(actor, Action::ListTemplateVersions, &Resource::Template(name.clone())).await?;
        let template = template_of(ports, name).await?;
        Ok(ports.templates.list_versions(template.id, before, limit).await?)
    }
}
