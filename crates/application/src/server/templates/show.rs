//! Showing a template.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::template::{Template, TemplateVersion};

use super::super::Server;
use super::TemplateQueryError;
use super::query_error::template_of;

/// A template with its newest version.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownTemplate {
    /// It.
    pub template: Template,
    /// Its newest version.
    pub latest: TemplateVersion,
}

impl Server {
    /// A template by its name.
    pub async fn show_template(
        &self,
        actor: &Actor,
        name: &TemplateName,
    ) -> Result<ShownTemplate, TemplateQueryError> {
        let ports = self.permit(actor, Action::ShowTemplate, &Resource::Template(name.clone())).await?;
        let template = template_of(ports, name).await?;
        let number = template.latest_version;
        let latest = ports.templates.find_version(template.id, number).await?;
        let latest = latest.ok_or(TemplateQueryError::VersionNotFound(number))?;
        Ok(ShownTemplate { template, latest })
    }
}
