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
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::template::{Instance, Template, TemplateVersion};

use super::{ServerPorts, said};

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

/// The newest version of the stack of an instance, which is about to be applied without anybody looking at it. So it has to be what the
/// template made, with any artifact that was deployed since, or what somebody has applied already: a version that was only
/// saved by hand may be anything, and whoever rebuilds an instance does not know of it.
async fn newest_version(ports: &ServerPorts, stack: &Stack) -> Result<StackVersion, InstanceError> {
    let find = async |number| ports.stacks.find_version(stack.id, number).await;
    let newest = find(stack.latest_version).await?.ok_or(InstanceError::NotFound)?;
    let made = ports.instances.newest_made(stack.id).await?;
    if made == Some(newest.version) || stack.current_version == Some(newest.version) {
        return Ok(newest);
    }
    let made = match made {
        Some(number) => find(number).await?,
        None => None,
    };
    if made.is_some_and(|made| made.model == newest.model && made.secrets == newest.secrets) {
        return Ok(newest);
    }
    Err(InstanceError::SavedByHand(said::instance_saved_by_hand(newest.version)))
}
