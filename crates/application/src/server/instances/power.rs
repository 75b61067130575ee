//! Starting, stopping, rebuilding and removing instances, each by a command of its stack.

use std::collections::BTreeSet;

use core_monitor_compose::Project;
use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::{ApplyOptions, CommandPayload, OnFailure};
use core_monitor_domain::names::{InstanceKey, ServiceName, TemplateName};

use super::super::{Accepted, Patience, Server};
use super::{InstanceError, instance_of, newest_version, template_of, version_of};

impl Server {
    /// Starts what is stopped of an instance.
    pub async fn start_instance(
        &self,
        actor: &Actor,
        (template, key): (&TemplateName, &InstanceKey),
        patience: &Patience,
    ) -> Result<Accepted, InstanceError> {
        let payload = CommandPayload::Start { service: None };
        self.do_by_command(actor, Action::StartInstance, (template, key), payload, patience).await
    }

    /// Stops an instance. Its data stays.
    pub async fn stop_instance(
        &self,
        actor: &Actor,
        (template, key): (&TemplateName, &InstanceKey),
        patience: &Patience,
    ) -> Result<Accepted, InstanceError> {
        let payload = CommandPayload::Stop { service: None };
        self.do_by_command(actor, Action::StopInstance, (template, key), payload, patience).await
    }

    /// Restarts what runs of an instance.
    pub async fn restart_instance(
        &self,
        actor: &Actor,
        (template, key): (&TemplateName, &InstanceKey),
        patience: &Patience,
    ) -> Result<Accepted, InstanceError> {
        let payload = CommandPayload::Restart { service: None };
        self.do_by_command(actor, Action::RestartInstance, (template, key), payload, patience).await
    }

    /// Removes an instance with its containers, networks and volumes. Its key and its ports are free again once that is done.
    pub async fn remove_instance(
        &self,
        actor: &Actor,
        (template, key): (&TemplateName, &InstanceKey),
        patience: &Patience,
    ) -> Result<Accepted, InstanceError> {
        let payload = CommandPayload::delete(true);
        self.do_by_command(actor, Action::RemoveInstance, (template, key), payload, patience).await
    }

    /// Runs the services that build once more, and makes what depends on them again.
    pub async fn rebuild_instance(
        &self,
        actor: &Actor,
        (template, key): (&TemplateName, &InstanceKey),
        patience: &Patience,
    ) -> Result<Accepted, InstanceError> {
        let ports =
            self.permit(actor, Action::RebuildInstance, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        let instance = instance_of(ports, &template, key).await?;
        let declared = version_of(ports, &template, instance.template_version).await?.declaration;
        if declared.build.is_empty() {
            return Err(InstanceError::NothingToBuild);
        }
        let stack = ports.stacks.find(instance.stack).await?.ok_or(InstanceError::NotFound)?;
        let model = newest_version(ports, &stack).await?.model;
        // A build that fails leaves the last result as it was left; there is nothing that a rollback could bring back.
        let options = ApplyOptions {
            on_failure: OnFailure::Continue,
            force_recreate: dependents(&model, declared.build),
            ..ApplyOptions::default()
        };
        let payload = CommandPayload::Apply { version: stack.latest_version, options };
        self.command(actor, stack.id, payload.into(), patience).await
    }

    async fn do_by_command(
        &self,
        actor: &Actor,
        action: Action,
        (template, key): (&TemplateName, &InstanceKey),
        payload: CommandPayload,
        patience: &Patience,
    ) -> Result<Accepted, InstanceError> {
        let ports = self.permit(actor, action, &Resource::Template(template.clone())).await?;
        let template = template_of(ports, template).await?;
        let instance = instance_of(ports, &template, key).await?;
        self.command(actor, instance.stack, payload.into(), patience).await
    }
}

/// These services with all that wait for one of them, however indirectly.
fn dependents(model: &Project, mut services: BTreeSet<ServiceName>) -> BTreeSet<ServiceName> {
    services.retain(|service| model.services.contains_key(service.as_str()));
    loop {
        let waits = |name: &ServiceName| {
            let service = model.services.get(name.as_str());
            service.is_some_and(|service| {
                service.depends_on.keys().any(|other| services.iter().any(|one| one.as_str() == other))
            })
        };
        let names = model.services.keys().filter_map(|name| name.parse::<ServiceName>().ok());
        let more: Vec<_> = names.filter(|name| !services.contains(name) && waits(name)).collect();
        if more.is_empty() {
            return services;
        }
        services.extend(more);
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::{LoadOptions, ProjectFiles, load};

    use super::*;

    #[test]
    fn what_depends_on_a_build_is_made_again_with_it() {
        let text = "name: graphs
services:
  tiles: {image: builder}
  serve: {image: server, depends_on: {tiles: {condition: service_completed_successfully}}}
  front: {image: proxy, depends_on: [serve]}
  store: {image: postgres}
";
        let mut files = ProjectFiles::new();
        files.add_compose("compose.yaml", text.as_bytes().to_vec());
        let model = load(&files, &LoadOptions::default()).unwrap().project;
        let services = dependents(&model, ["tiles", "gone"].map(|name| name.parse().unwrap()).into());
        let names: Vec<&str> = services.iter().map(ServiceName::as_str).collect();
        assert_eq!(names, ["front", "serve", "tiles"]);
    }
}
