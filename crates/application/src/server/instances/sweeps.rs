//! Which instances are going to be removed, before it happens.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::names::{InstanceKey, StackName, TemplateName};
use core_monitor_domain::template::Sweep;

use super::super::Server;
use super::super::steward::all_instances;
use super::InstanceError;

/// An instance that is going to be removed.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedSweep {
    /// The template.
    pub template: TemplateName,
    /// Its key.
    pub key: InstanceKey,
    /// Its stack.
    pub stack: StackId,
    /// The name of its stack.
    pub stack_name: StackName,
    /// When and why.
    pub sweep: Sweep,
    /// Somebody holds it, so that it is not removed.
    pub is_held: bool,
    /// The command that removes it is on its way.
    pub is_going: bool,
}

impl Server {
    /// The instances that are going to be removed, the next one first; at most so many.
    pub async fn list_sweeps(&self, actor: &Actor, limit: usize) -> Result<Vec<ListedSweep>, InstanceError> {
        let ports = self.permit(actor, Action::ListSweeps, &Resource::Installation).await?;
        let known = self.cared_for(ports, all_instances(ports).await?).await?;
        let listed = known.into_iter().filter_map(|cared| {
            let (sweep, is_going) = (cared.sweep()?, cared.is_going());
            Some(ListedSweep {
                template: cared.template,
                key: cared.instance.key,
                stack: cared.instance.stack,
                stack_name: cared.stack.stack.name,
                sweep,
                is_held: cared.instance.is_held,
                is_going,
            })
        });
        let mut listed: Vec<ListedSweep> = listed.collect();
        listed.sort_by(|one, other| {
            (one.sweep.due, &one.template, &one.key).cmp(&(other.sweep.due, &other.template, &other.key))
        });
        listed.truncate(limit);
        Ok(listed)
    }
}
