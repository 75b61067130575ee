//! Opening the wizard on a version that exists.

use core_monitor_catalog::{Opened, open};
use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};

use super::known_catalog::known_catalog;
use super::show_stack::stack_of;
use super::wizard::file_of;
use super::{QueryError, Server, run_blocking};

impl Server {
    /// The choices that the compose file of a version records, and what it has besides.
    pub async fn open_wizard(
        &self,
        actor: &Actor,
        stack: StackId,
        number: VersionNumber,
    ) -> Result<Opened, QueryError> {
        let ports = self.permit(actor, Action::OpenWizard, &Resource::Stack(stack)).await?;
        let stack = stack_of(ports, stack).await?;
        let version = ports.stacks.find_version(stack.id, number).await?;
        let version = version.ok_or(QueryError::VersionNotFound(number))?;
        let text = file_of(ports, &version).await?;
        let known = known_catalog(ports).await;
        Ok(run_blocking(move || open(&known.catalog, stack.name.as_str(), &text)).await)
    }
}
