//! Creating a template with its first version.

use core_monitor_domain::access::Resource;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::TemplateId;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::NewTemplate;

use super::super::Server;
use super::saving::checked;
use super::{SaveTemplateError, SavedTemplateVersion, TemplateDefinition};

/// The request.
#[derive(Debug, Clone)]
pub struct CreateTemplate {
    /// The template's name. There is no other one: the `name:` of the file is that of no instance.
    pub name: Option<String>,
    /// Its first version.
    pub definition: TemplateDefinition,
}

impl Server {
    /// Saves the template and its version 1, if an instance could be made from it.
    pub async fn create_template(
        &self,
        actor: &Actor,
        request: CreateTemplate,
    ) -> Result<SavedTemplateVersion, SaveTemplateError> {
        let action = request.definition.form.create_template();
        let ports = self.permit(actor, action, &Resource::Installation).await?;
        let name: TemplateName = request.name.ok_or(SaveTemplateError::Nameless)?.parse()?;
        self.permit_name(actor, action, &name.grant_name()).await?;
        let (version, lint) = checked(ports, actor, &name, request.definition).await?;
        let new = NewTemplate { id: TemplateId(ports.ids.next_uuid()), name, version };
        let saved = ports.templates.create(new).await?;
        Ok(SavedTemplateVersion { saved, lint })
    }
}
