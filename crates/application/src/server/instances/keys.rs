//! The list of the keys of a template, and holding instances that it would remove.

use std::collections::BTreeSet;

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::names::{InstanceKey, TemplateName};
use core_monitor_domain::template::{KeyList, KeySource};

use super::super::Server;
use super::{InstanceError, ListedInstance, instance_of, template_of};

/// A list of keys, or where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedKeys {
    /// These are all keys.
    These(BTreeSet<InstanceKey>),
    /// It is asked for.
    From(KeySource),
}

impl Server {
    /// The list of keys of a template; `None` if it keeps every instance.
    pub async fn show_keys(
        &self,
        actor: &Actor,
        template: &TemplateName,
    ) -> Result<Option<KeyList>, InstanceError> {
        let ports = self.permit(actor, Action::ShowKeys, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        Ok(ports.key_lists.find(template.id).await?)
    }

    /// Says which instances of a template are still wanted. The others are removed after the grace time.
    pub async fn set_keys(
        &self,
        actor: &Actor,
        template: &TemplateName,
        wanted: WantedKeys,
    ) -> Result<KeyList, InstanceError> {
        let ports = self.permit(actor, Action::SetKeys, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        let now = ports.clock.now();
        let (source, keys) = match wanted {
            WantedKeys::These(keys) => (KeySource::Sent, Some(keys)),
            WantedKeys::From(source) => (source, None),
        };
        let list = ports.key_lists.set_source(template.id, source, actor, now).await?;
        let Some(keys) = keys else { return Ok(list) };
        ports.key_lists.take(template.id, &KeySource::Sent, keys, now).await?;
        Ok(ports.key_lists.find(template.id).await?.unwrap_or(list))
    }

    /// Keeps every instance of a template from now on. Says whether there was a list.
    pub async fn remove_keys(&self, actor: &Actor, template: &TemplateName) -> Result<bool, InstanceError> {
        let ports = self.permit(actor, Action::RemoveKeys, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        Ok(ports.key_lists.remove(template.id, actor, ports.clock.now()).await?)
    }

    /// Keeps an instance whatever its template and the list say, until it is released.
    pub async fn hold_instance(
        &self,
        actor: &Actor,
        (template, key): (&TemplateName, &InstanceKey),
    ) -> Result<ListedInstance, InstanceError> {
        self.set_hold(actor, Action::HoldInstance, (template, key), true).await
    }

    /// Lets an instance end as its template and the list say.
    pub async fn release_instance(
        &self,
        actor: &Actor,
        (template, key): (&TemplateName, &InstanceKey),
    ) -> Result<ListedInstance, InstanceError> {
        self.set_hold(actor, Action::ReleaseInstance, (template, key), false).await
    }

    async fn set_hold(
        &self,
        actor: &Actor,
        action: Action,
        (template, key): (&TemplateName, &InstanceKey),
        is_held: bool,
    ) -> Result<ListedInstance, InstanceError> {
        let ports = self.permit(actor, action, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        let instance = instance_of(ports, &template, key).await?;
        if !ports.instances.hold(instance.stack, is_held, actor, ports.clock.now()).await? {
            return Err(InstanceError::NotFound);
        }
        self.listed_instance(ports, &template, key).await
    }
}
