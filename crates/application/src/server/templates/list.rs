//! Listing the templates.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::{ListedTemplate, Page};

use super::super::Server;
use super::TemplateQueryError;

impl Server {
    /// A page of the templates after the name `after`, by name.
    pub async fn list_templates(
        &self,
        actor: &Actor,
        after: Option<TemplateName>,
        limit: u32,
    ) -> Result<Page<ListedTemplate>, TemplateQueryError> {
        let ports = self.permit(actor, Action::ListTemplates, &Resource::Installation)?;
        Ok(ports.templates.list(after, limit).await?)
    }
}
