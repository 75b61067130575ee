//! Showing a version with all its details.

use core_monitor_compose::{LintReport, Project};
use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::release::Release;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::{SourceFile, StackVersion, VersionRecord};

use super::definition::masked_model;
use super::lint_version::lint_version;
use super::show_stack::stack_of;
use super::{QueryError, Server};

/// A version, its first compose file, its findings and its last release.
#[derive(Debug, Clone)]
pub struct ShownVersion {
    /// The stack it belongs to.
    pub stack: Stack,
    /// It; its model shows `${NAME}` in place of the values of secret variables.
    pub version: StackVersion,
    /// Its first compose file.
    pub compose: Option<SourceFile>,
    /// What to reconsider; `None` if this release no longer accepts the definition.
    pub lint: Option<LintReport>,
    /// Its last successful apply.
    pub release: Option<Release>,
    /// What is known of it besides.
    pub record: VersionRecord,
}

impl Server {
    /// A version of a stack.
    pub async fn show_version(
        &self,
        actor: &Actor,
        stack: StackId,
        number: VersionNumber,
    ) -> Result<ShownVersion, QueryError> {
        let ports = self.permit(actor, Action::ShowVersion, &Resource::Stack(stack)).await?;
        let stack = stack_of(ports, stack).await?;
        let find = async || {
            let found = ports.stacks.find_version(stack.id, number).await?;
            found.ok_or(QueryError::VersionNotFound(number))
        };
        // The lint makes a model of its own; two large ones take too much at a time.
        let without_model = StackVersion { model: Project::default(), ..find().await? };
        let lint = lint_version(ports, &stack, &without_model).await?;
        let mut version = find().await?;
        let release = ports.stacks.last_release(stack.id, Some(number)).await?;
        let record = ports.version_records.between(stack.id, number, number).await?.remove(&number);
        let compose = match version.compose_files.first() {
            Some(path) => ports.stacks.read_file(stack.id, number, path).await?,
            None => None,
        };
        // A large model takes some hundred megabytes more while it is masked.
        if !version.secrets.is_empty() {
            version.model = masked_model(&version.model);
        }
        Ok(ShownVersion { stack, version, compose, lint, release, record: record.unwrap_or_default() })
    }
}
