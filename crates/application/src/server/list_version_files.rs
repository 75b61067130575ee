//! Listing the files of a version.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::stack_version::FileEntry;

use super::show_stack::stack_of;
use super::{QueryError, Server};

impl Server {
    /// All files, by path, without their content.
    pub async fn list_version_files(
        &self,
        actor: &Actor,
        stack: StackId,
        version: VersionNumber,
    ) -> Result<Vec<FileEntry>, QueryError> {
        let ports = self.permit(actor, Action::ListVersionFiles, &Resource::Stack(stack)).await?;
        stack_of(ports, stack).await?;
        let files = ports.stacks.list_files(stack, version).await?;
        // Every version has a compose file.
        if files.is_empty() { Err(QueryError::VersionNotFound(version)) } else { Ok(files) }
    }
}
