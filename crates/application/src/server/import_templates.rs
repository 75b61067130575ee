//! Making entries of the catalogue from templates of Portainer. Nothing is saved: the entries are files for the folder of the
//! catalogue, which only people write.

use core_monitor_catalog::{Imported, import};
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use serde_json::Value;

use super::{Server, run_blocking};

/// Why there are no entries.
#[derive(Debug, thiserror::Error)]
pub enum ImportTemplatesError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The file has no list of templates.
    #[error("the file has no templates")]
    NoTemplates,
}

impl Server {
    /// The entries that the templates of a file become, and those that cannot be one.
    pub async fn import_templates(
        &self,
        actor: &Actor,
        file: Value,
    ) -> Result<Imported, ImportTemplatesError> {
        self.permit(actor, Action::ImportTemplates, &Resource::Installation).await?;
        run_blocking(move || import(&file)).await.ok_or(ImportTemplatesError::NoTemplates)
    }
}
