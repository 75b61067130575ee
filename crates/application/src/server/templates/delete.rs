//! Deleting a template.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::TemplateError;

use super::super::Server;

/// Why a template was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeleteTemplateError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store refused it.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl Server {
    /// Deletes a template that has no instances.
    pub async fn delete_template(
        &self,
        actor: &Actor,
        name: &TemplateName,
    ) -> Result<(), DeleteTemplateError> {
        let ports = self.permit(actor, Action::DeleteTemplate, &Resource::Template(name.clone())).await?;
        Ok(ports.templates.delete(name, actor, ports.clock.now()).await?)
    }
}
