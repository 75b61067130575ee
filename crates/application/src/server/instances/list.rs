//! Listing the instances of a template, and showing one.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::on_demand::HostPattern;
use core_monitor_domain::ports::{InstanceFilter, Page};
use core_monitor_domain::template::{Declaration, Instance, Sweep, Template};

use super::super::list_stacks::listed;
use super::super::open_commands::open_of;
use super::super::{ListedStack, Server, ServerPorts};
use super::{InstanceError, InstancePhase, instance_of, template_of, version_of};

/// Which instances to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceQuery {
    /// The template.
    pub template: TemplateName,
    /// Only those after this key.
    pub after: Option<InstanceKey>,
    /// At most this many, at least 1.
    pub limit: u32,
}

/// An instance as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedInstance {
    /// It.
    pub instance: Instance,
    /// Where it is in its life.
    pub phase: InstancePhase,
    /// Where it is reached.
    pub url: Option<String>,
    /// The hosts that requests for it name.
    pub hosts: Vec<HostPattern>,
    /// When and why it is removed by itself; nothing while it is held.
    pub sweep: Option<Sweep>,
    /// Its stack.
    pub stack: ListedStack,
}

impl Server {
    /// A page of the instances of a template, by key.
    pub async fn list_instances(
        &self,
        actor: &Actor,
        query: &InstanceQuery,
    ) -> Result<Page<ListedInstance>, InstanceError> {
        let resource = Resource::Template(query.template.clone());
        let ports = self.permit(actor, Action::ListInstances, &resource).await?;
        let template = template_of(ports, &query.template).await?;
        let filter = InstanceFilter {
            template: Some(template.id),
            after: query.after.clone().map(|key| (template.id, key)),
            limit: query.limit,
        };
        let Page { items, more } = ports.instances.list(&filter).await?;
        Ok(Page { items: self.all_listed(ports, &template, items).await?, more })
    }

    /// One instance.
    pub async fn show_instance(
        &self,
        actor: &Actor,
        template: &TemplateName,
        key: &InstanceKey,
    ) -> Result<ListedInstance, InstanceError> {
        let ports = self.permit(actor, Action::ShowInstance, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        self.listed_instance(ports, &template, key).await
    }

    /// One instance as it is now.
    pub(super) async fn listed_instance(
        &self,
        ports: &ServerPorts,
        template: &Template,
        key: &InstanceKey,
    ) -> Result<ListedInstance, InstanceError> {
        let instance = instance_of(ports, template, key).await?;
        let listed = self.all_listed(ports, template, vec![instance]).await?;
        listed.into_iter().next().ok_or(InstanceError::NotFound)
    }

    /// These instances as they are now. What is needed of their stacks is read at once.
    async fn all_listed(
        &self,
        ports: &ServerPorts,
        template: &Template,
        instances: Vec<Instance>,
    ) -> Result<Vec<ListedInstance>, InstanceError> {
        let ids: Vec<StackId> = instances.iter().map(|instance| instance.stack).collect();
        let known = self.known_stacks();
        let (look, open) = (known.look(ports).await?, open_of(ports, &ids).await?);
        let stacks = listed(ports, known, (&look, &open), ports.stacks.find_all(&ids).await?).await?;
        let mut stacks: BTreeMap<StackId, ListedStack> =
            stacks.into_iter().map(|listed| (listed.stack.id, listed)).collect();
        let declared = declarations(ports, template, &instances).await?;
        let mut shown = Vec::with_capacity(instances.len());
        for instance in instances {
            // One that was removed since the list was read is not in it any more.
            let Some(stack) = stacks.remove(&instance.stack) else { continue };
            let reached = instance.reached();
            let Some(declaration) = declared.get(&reached.template_version) else { continue };
            let (hosts, url) =
                declaration.addresses((&template.name, &instance.key), &reached.values, &reached.ports);
            let phase = InstancePhase::of(&stack, &declaration.build);
            let sweep = declaration.lifetime.end(&instance.life()).filter(|_| !instance.is_held);
            shown.push(ListedInstance { instance, phase, url, hosts, sweep, stack });
        }
        Ok(shown)
    }
}

/// What the versions declare that these instances were made from.
async fn declarations(
    ports: &ServerPorts,
    template: &Template,
    instances: &[Instance],
) -> Result<BTreeMap<VersionNumber, Declaration>, InstanceError> {
    let mut declared = BTreeMap::new();
    for instance in instances {
        let number = instance.reached().template_version;
        if let Entry::Vacant(place) = declared.entry(number) {
            place.insert(version_of(ports, template, number).await?.declaration);
        }
    }
    Ok(declared)
}
