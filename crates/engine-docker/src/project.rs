//! Derives compose projects from running containers: the reverse of `create`.
//!
//! The inspect of a container mixes values from the image, the engine's defaults and the definition. To verify the derived
//! definition, `compare` builds the create call for it, and every attribute that differs from the inspect becomes a note.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::models::{ContainerConfig, ContainerSummary, ContainerSummaryStateEnum};
use bollard::query_parameters::{ListContainersOptionsBuilder, ListVolumesOptions};
use core_monitor_domain::desired::{DesiredStack, ServiceSpec, SpecHash};
use core_monitor_domain::ids::{ContainerId, InstanceId, NetworkId, Slot};
use core_monitor_domain::labels::{self, Ownership};
use core_monitor_domain::names::{ServiceName, StackName};
use core_monitor_domain::ports::{Clock, EngineError};
use core_monitor_domain::running_project::{FoundContainer, FoundNetwork, ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;
use hyper::Method;
use serde_json::Value;

use crate::observe::InspectCache;
use crate::session::Session;
use crate::{classify, observe, path};

mod compare;
mod connections;
mod container;
mod host;
mod left_files;
mod mounts;
mod process;
mod resources;
pub(crate) mod said;
mod scene;
mod service;

use scene::{Found, Scene};

const PROJECT: &str = "com.docker.compose.project";
const SERVICE: &str = "com.docker.compose.service";
const NUMBER: &str = "com.docker.compose.container-number";
const ONEOFF: &str = "com.docker.compose.oneoff";

/// All projects on the host, sorted by name.
pub(crate) async fn list(session: &Session) -> Result<Vec<ProjectSummary>, EngineError> {
    let mut projects: BTreeMap<String, Vec<ContainerSummary>> = BTreeMap::new();
    for row in rows(session, PROJECT).await? {
        if let Some(name) = label(&row, PROJECT).filter(|name| !name.is_empty()) {
            projects.entry(name.to_owned()).or_default().push(row);
        }
    }
    Ok(projects.into_iter().map(|(name, rows)| summary(name, &rows)).collect())
}

/// One project with its details.
pub(crate) async fn find(
    session: &Session,
    clock: &dyn Clock,
    name: &str,
    instance: InstanceId,
    now: Timestamp,
) -> Result<Option<RunningProject>, EngineError> {
    let rows = rows(session, &format!("{PROJECT}={name}")).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let summary = summary(name.to_owned(), &rows);
    let stack: StackName = name.parse().map_err(|error| unreadable(&error))?;
    let adopted: BTreeSet<ContainerId> = summary.ids.iter().cloned().collect();
    let observation =
        observe::observe(session, &InspectCache::default(), clock, instance, &adopted, now).await?;
    let scene = look(session, stack, &rows).await?;
    let mut project = derive(session, &scene, summary, observation);
    let left = left_files::notes(session, &project).await?;
    project.notes.extend(left);
    Ok(Some(project))
}

/// Reads everything that the derivation needs.
async fn look(session: &Session, stack: StackName, rows: &[ContainerSummary]) -> Result<Scene, EngineError> {
    let mut containers = Vec::new();
    let mut images: HashMap<String, ContainerConfig> = HashMap::new();
    for id in rows.iter().filter_map(|row| row.id.as_deref()) {
        let at = format!("/containers/{}/json", path::segment(id));
        let inspect = match session.json::<Value>(Method::GET, &at, None).await.map_err(classify::read) {
            Ok(inspect) => inspect,
            // Removed since the list was read.
            Err(EngineError::NotFound { .. }) => continue,
            Err(error) => return Err(error),
        };
        let found = Found::read(inspect).map_err(|error| unreadable(&error))?;
        if !images.contains_key(&found.image_id) {
            let at = format!("/images/{}/json", path::image(&found.image_id));
            let image: Value = session.json(Method::GET, &at, None).await.map_err(classify::read)?;
            let config = image.get("Config").cloned().filter(|config| !config.is_null());
            let config =
                config.map(serde_json::from_value).transpose().map_err(|error| unreadable(&error))?;
            images.insert(found.image_id.clone(), config.unwrap_or_default());
        }
        containers.push(found);
    }
    let info: Value = session.json(Method::GET, "/info", None).await.map_err(classify::read)?;
    let networks = session.docker.list_networks(None).await.map_err(classify::read)?;
    let volumes = session.docker.list_volumes(None::<ListVolumesOptions>).await.map_err(classify::read)?;
    Ok(Scene::new(stack, containers, images, &info, networks, volumes.volumes.unwrap_or_default()))
}

/// Derives the definition from what was read. Pure, given the engine's version.
fn derive(
    session: &Session,
    scene: &Scene,
    summary: ProjectSummary,
    observation: core_monitor_domain::observation::Observation,
) -> RunningProject {
    let mut notes = Vec::new();
    let mut desired = DesiredStack::empty(scene.stack.clone());
    let mut containers = Vec::new();
    for (name, members) in scene.services(&mut notes) {
        let (service, places) = service::derive(scene, &observation, &name, &members, &mut notes);
        for (found, place) in members.iter().zip(&places) {
            if place.as_desired {
                let differences = compare::differences(scene, &service, found, session.api());
                notes.extend(
                    differences.into_iter().map(|what| said::attribute_not_carried_over(&name, what)),
                );
            }
        }
        containers.extend(places);
        desired.services.push(service);
    }
    let used = connections::networks(scene, &desired, &mut notes);
    desired.networks = used.iter().map(|(spec, _)| spec.clone()).collect();
    desired.volumes = mounts::volumes(scene, &desired);
    let networks = used
        .into_iter()
        .filter(|(spec, _)| !spec.external)
        .map(|(spec, id)| FoundNetwork { id, key: spec.key })
        .collect();
    notes.dedup();
    RunningProject { summary, desired, containers, networks, notes, observation }
}

async fn rows(session: &Session, filter: &str) -> Result<Vec<ContainerSummary>, EngineError> {
    let filters = HashMap::from([("label", vec![filter])]);
    let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
    let mut rows = session.docker.list_containers(Some(options)).await.map_err(classify::read)?;
    rows.sort_by(|a, b| a.names.cmp(&b.names));
    Ok(rows)
}

fn summary(name: String, rows: &[ContainerSummary]) -> ProjectSummary {
    let services: BTreeSet<&str> = rows.iter().filter_map(|row| label(row, SERVICE)).collect();
    let up = |row: &&ContainerSummary| row.state == Some(ContainerSummaryStateEnum::RUNNING);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let owner = |row: &ContainerSummary| {
        let labels = row.labels.clone().unwrap_or_default().into_iter().collect();
        Ownership::read(&labels).map(|owner| owner.stack_id)
    };
    ProjectSummary {
        services: services.into_iter().map(str::to_owned).collect(),
        containers: count(rows.len()),
        running: count(rows.iter().filter(up).count()),
        ids: rows.iter().filter_map(|row| row.id.clone()).map(ContainerId).collect(),
        made_by: rows.iter().find_map(owner),
        component: rows.iter().any(|row| label(row, labels::COMPONENT).is_some()),
        name,
    }
}

fn label<'a>(row: &'a ContainerSummary, key: &str) -> Option<&'a str> {
    row.labels.as_ref()?.get(key).map(String::as_str)
}

fn unreadable(error: &dyn std::error::Error) -> EngineError {
    // A parse error of an inspect names a type and a position, never a value.
    EngineError::Refused { status: 0, message: format!("the project cannot be read: {error}") }
}
