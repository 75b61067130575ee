//! Reading a file of a version.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::SourceFile;

use super::show_stack::stack_of;
use super::{QueryError, Server};

impl Server {
    /// The file as it was saved.
    pub async fn show_version_file(
        &self,
        actor: &Actor,
        stack: StackId,
        version: VersionNumber,
        path: &str,
    ) -> Result<SourceFile, QueryError> {
        let ports = self.permit(actor, Action::ShowVersionFile, &Resource::Stack(stack)).await?;
        stack_of(ports, stack).await?;
        ports.stacks.read_file(stack, version, path).await?.ok_or(QueryError::FileNotFound)
    }
}
