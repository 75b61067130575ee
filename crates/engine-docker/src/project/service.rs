//! Derives a service from its containers.

use core_monitor_domain::desired::RestartPolicy;
use core_monitor_domain::desired::{Condition, Dependency, PullPolicy, SecretVersions};
use core_monitor_domain::observation::Observation;
use core_monitor_message::Message;

use super::said;
use super::{Found, FoundContainer, Scene, ServiceName, ServiceSpec, Slot, SpecHash, container};

const DEPENDS_ON: &str = "com.docker.compose.depends_on";

/// The service, and the slot of each of its containers, in order.
pub(super) fn derive(
    scene: &Scene,
    observation: &Observation,
    name: &ServiceName,
    members: &[&Found],
    notes: &mut Vec<Message>,
) -> (ServiceSpec, Vec<FoundContainer>) {
    let specs: Vec<_> = members.iter().map(|found| container::derive(scene, observation, found)).collect();
    // The members are never empty, since they come from grouping containers.
    let spec = specs.first().cloned().unwrap_or_default();
    let mut places = Vec::with_capacity(members.len());
    for (position, (found, own)) in members.iter().zip(&specs).enumerate() {
        let as_desired = *own == spec;
        if !as_desired {
            notes.push(said::container_differs_from_others(&found.name, name));
        }
        let slot = Slot(u32::try_from(position + 1).unwrap_or(u32::MAX));
        places.push(FoundContainer { id: found.id.clone(), service: name.clone(), slot, as_desired });
    }
    if let Some(moved) = container::moved_image(observation, members) {
        notes.push(said::running_image_used(moved, name));
    }
    let container_name = container_name(scene, name, members, notes);
    let service = ServiceSpec {
        build: None,
        name: name.clone(),
        replicas: u32::try_from(members.len()).unwrap_or(u32::MAX),
        pull_policy: PullPolicy::Missing,
        depends_on: members.first().map(|found| dependencies(found)).unwrap_or_default(),
        is_job: spec.restart == RestartPolicy::No,
        is_awaited: false,
        mounted: None,
        secrets: SecretVersions::default(),
        slots: Vec::new(),
        hash: SpecHash::of_container(container_name.as_deref(), &spec),
        container_name,
        container: spec.into(),
    };
    (service, places)
}

/// The container name, if it is not the default one.
fn container_name(
    scene: &Scene,
    service: &ServiceName,
    members: &[&Found],
    notes: &mut Vec<Message>,
) -> Option<String> {
    let default_name = |position: usize| format!("{}-{service}-{}", scene.stack, position + 1);
    match members {
        [only] => (only.name != default_name(0)).then(|| only.name.clone()),
        several => {
            for (position, found) in several.iter().enumerate() {
                if found.name != default_name(position) {
                    notes.push(said::container_will_be_renamed(&found.name, default_name(position)));
                }
            }
            None
        }
    }
}

/// Parses `db:service_healthy:true,cache:service_started:false`: service, condition, and whether it restarts with it.
fn dependencies(found: &Found) -> Vec<Dependency> {
    let entries = found.label(DEPENDS_ON).unwrap_or_default().split(',');
    let mut dependencies: Vec<Dependency> = entries
        .filter_map(|entry| {
            let mut parts = entry.split(':');
            Some(Dependency {
                service: parts.next()?.parse().ok()?,
                condition: match parts.next() {
                    Some("service_healthy") => Condition::Healthy,
                    Some("service_completed_successfully") => Condition::Completed,
                    _ => Condition::Started,
                },
                restart: parts.next() == Some("true"),
                required: true,
            })
        })
        .collect();
    dependencies.sort_by(|a, b| a.service.cmp(&b.service));
    dependencies
}
