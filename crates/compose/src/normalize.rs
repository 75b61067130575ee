//! Fills in what the file implies: names, the default network and dependencies; removes inactive and unused parts.

mod implied;
mod names;
mod profiles;
mod unused;

pub(crate) use names::project_name;
pub(crate) use profiles::Profiles;

use crate::model::Project;

/// Fills in what the file implies. Services of inactive profiles are kept at this stage.
pub(crate) fn complete(project: &mut Project) {
    implied::add_default_network(project);
    implied::add_dependencies(project);
    implied::align_scale(project);
    names::name_resources(project);
}

/// Removes the services of inactive profiles and returns their names.
pub(crate) fn deactivate(project: &mut Project, profiles: &Profiles) -> Vec<String> {
    let mut inactive = Vec::new();
    project.services.retain(|name, service| {
        let active = profiles.activate(service);
        if !active {
            inactive.push(name.clone());
        }
        active
    });
    inactive
}

/// Removes networks, volumes, configs and secrets that no service uses.
pub(crate) fn prune(project: &mut Project) {
    unused::drop_resources(project);
}
