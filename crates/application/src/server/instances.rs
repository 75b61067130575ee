//! Instances of templates: stacks that are launched by a key, and everything that is done to them by it.

mod change;
mod error;
mod keys;
mod launch;
mod list;
mod making;
mod phase;
mod power;
mod rollout;
mod routes;
mod sweeps;

use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::template::{Instance, Template, TemplateVersion};

use super::ServerPorts;

pub use change::UpgradeInstance;
pub use error::InstanceError;
pub use keys::WantedKeys;
pub(super) use launch::newest_command;
pub use launch::{LaunchInstance, LaunchedInstance};
pub use list::{InstanceQuery, ListedInstance};
pub use phase::InstancePhase;
pub use rollout::{PlannedUpgrade, RolloutPlan, RolloutQuery, ShownRollout, StartRollout, UpgradeEffect};
pub use routes::RouteFormat;
pub use sweeps::ListedSweep;

/// A template that is not deleted.
async fn template_of(ports: &ServerPorts, name: &TemplateName) -> Result<Template, InstanceError> {
    ports.templates.find(name).await?.ok_or(InstanceError::TemplateNotFound)
}

/// One of its versions.
async fn version_of(
    ports: &ServerPorts,
    template: &Template,
    version: VersionNumber,
) -> Result<TemplateVersion, InstanceError> {
    let found = ports.templates.find_version(template.id, version).await?;
    found.ok_or(InstanceError::VersionNotFound(version))
}

/// An instance of it.
async fn instance_of(
    ports: &ServerPorts,
    template: &Template,
    key: &InstanceKey,
) -> Result<Instance, InstanceError> {
    ports.instances.find(template.id, key).await?.ok_or(InstanceError::NotFound)
}
