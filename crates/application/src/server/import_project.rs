//! A project that runs becomes a stack, and nothing restarts.
//!
//! The definition is read back from the containers, passes the gate that every definition passes, and is saved together
//! with a record of which objects it describes. Whatever the definition cannot say is told, never dropped in silence.

use std::collections::BTreeMap;

use core_monitor_domain::adoption::{AdoptedContainer, AdoptedNetwork, AdoptedVolume, Adoption, present};
use core_monitor_domain::desired::{DesiredError, DesiredStack, SpecHash};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::names::{NameError, ServiceName, StackName};
use core_monitor_domain::observation::{ContainerState, Observation, ObservedContainer};
use core_monitor_domain::plan::Plan;
use core_monitor_domain::ports::{Idempotency, Import, LinkError, NewStack, NewVersion, SaveError, Saved};
use core_monitor_domain::release::{ImagePin, Release, ReleasedContainer};
use core_monitor_domain::running_project::RunningProject;
use core_monitor_domain::stack::RunId;
use core_monitor_domain::stack_version::Source;
use core_monitor_domain::time::Timestamp;

use super::preview::{Subject, plan_for};
use super::{Definition, RefusedDefinition, Server};

/// Path of the compose file that is made.
const COMPOSE_FILE: &str = "compose.yaml";

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ImportProject {
    /// The project's name, which becomes the stack's.
    pub name: String,
    /// Why.
    pub comment: String,
    /// Who asks.
    pub principal: String,
    /// Repeat protection.
    pub idempotency: Option<Idempotency>,
}

/// What an import would save, or has saved.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedProject {
    /// The compose file that was read back.
    pub compose: String,
    /// What it does not carry over, and what a person should know. One sentence each.
    pub notes: Vec<String>,
    /// What the first APPLY would do: nothing, unless a note says why.
    pub plan: Plan,
    /// When the project was looked at.
    pub observed_at: Timestamp,
    /// The definition as it is saved.
    pub definition: Definition,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The project's name cannot be a stack's.
    #[error(transparent)]
    Name(#[from] NameError),
    /// No container belongs to such a project.
    #[error("no project called `{0}` is on the host")]
    ProjectNotFound(StackName),
    /// Its containers are a stack's, of this installation or another one.
    #[error("the project `{name}` is a stack already")]
    Owned {
        /// The project.
        name: StackName,
        /// The stack.
        holder: StackId,
    },
    /// Its containers are this program's own.
    #[error("the project `{0}` is Core Monitor itself")]
    Component(StackName),
    /// What was read back is refused.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// What was read back cannot be carried out.
    #[error(transparent)]
    Desired(#[from] DesiredError),
    /// The worker does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

/// Says what an import would save. Saves nothing.
pub async fn preview_import(server: &Server, name: &str) -> Result<ImportedProject, ImportError> {
    let draft = Draft::make(server, name).await?;
    if let Some(holder) = server.stacks.find_by_name(&draft.name).await.map_err(SaveError::from)? {
        return Err(SaveError::NameTaken { name: draft.name, holder: holder.id }.into());
    }
    Ok(draft.imported)
}

/// Saves the stack with version 1 as the applied one, and what it adopts, in one transaction with the `CREATE` command
/// that is `DONE` with it.
pub async fn import_project(
    server: &Server,
    request: ImportProject,
) -> Result<(Saved, ImportedProject), ImportError> {
    let draft = Draft::make(server, &request.name).await?;
    let Draft { id, name, source, desired, project, adoption, imported } = draft;
    let command_id = CommandId(server.ids.next_uuid());
    let now = server.clock.now();
    let version = NewVersion {
        command_id,
        author: request.principal,
        comment: request.comment,
        source,
        model: imported.definition.model.clone(),
        warnings: imported.definition.warnings.clone(),
        idempotency: request.idempotency,
        now,
    };
    let import = Import {
        release: Release {
            stack_id: id,
            version: adoption.version,
            command_id,
            at: now,
            images: images(&desired, &project),
            containers: released(&project),
        },
        stopped_runs: stopped_runs(&desired, &project),
        adoption,
    };
    let saved = server.adoptions.import(NewStack { id, name, version }, import).await?;
    // The shared observation shows the containers as the stack's from the next look on. That look need not be waited for
    // long, and if the worker is gone by now, plans are refused until it is back.
    if let Err(error) = server.link.refresh().await {
        tracing::warn!(%error, "the engine could not be looked at after an import");
    }
    Ok((saved, imported))
}

/// Everything about an import before it is saved.
struct Draft {
    id: StackId,
    name: StackName,
    source: Source,
    desired: DesiredStack,
    project: RunningProject,
    adoption: Adoption,
    imported: ImportedProject,
}

impl Draft {
    async fn make(server: &Server, name: &str) -> Result<Self, ImportError> {
        let name: StackName = name.parse()?;
        let found = server.link.find_project(name.as_str()).await?;
        let mut project = found.ok_or_else(|| ImportError::ProjectNotFound(name.clone()))?;
        if let Some(holder) = project.summary.made_by {
            return Err(ImportError::Owned { name, holder });
        }
        if project.summary.component {
            return Err(ImportError::Component(name));
        }
        let id = StackId(server.ids.next_uuid());
        let compose = project.desired.to_compose();
        let source = Source::single(COMPOSE_FILE, compose.clone());
        let definition =
            Definition::read_aside(&source, &name, &server.stack_folder(id), server.definition_limits)
                .await?;
        let desired = DesiredStack::from_project(&definition.model)?;
        let mut notes = std::mem::take(&mut project.notes);
        notes.extend(
            project.desired.lost_in(&desired).into_iter().map(|what| format!("not carried over: {what}")),
        );
        let adoption = adoption(id, &desired, &project);
        let mut observed = project.observation.clone();
        present(&mut observed, server.instance, std::slice::from_ref(&adoption));
        let observed_at = observed.host.taken_at;
        let subject = Subject {
            stack_id: id,
            stack: name.clone(),
            version: adoption.version,
            desired: desired.clone(),
            previous: Some(desired.clone()),
            stopped_runs: Vec::new(),
            predecessors: server.stacks.predecessors(&name).await.map_err(SaveError::from)?,
            pins: BTreeMap::new(),
        };
        let plan = plan_for(server, subject, observed.narrowed(id)).await;
        let imported = ImportedProject { compose, notes, plan, observed_at, definition };
        Ok(Self { id, name, source, desired, project, adoption, imported })
    }
}

/// Which objects become the stack's, with the hashes of what describes them.
fn adoption(stack_id: StackId, desired: &DesiredStack, project: &RunningProject) -> Adoption {
    let containers = project.containers.iter().filter_map(|found| {
        let service = desired.service(&found.service)?;
        // One that differs from the others gets a hash that nothing has, and is replaced by the first APPLY.
        let spec = if found.as_desired { service.hash.clone() } else { SpecHash("".into()) };
        Some(AdoptedContainer {
            id: found.id.clone(),
            service: found.service.clone(),
            slot: found.slot,
            spec,
        })
    });
    let networks = project.networks.iter().filter_map(|found| {
        let spec = desired.networks.iter().find(|spec| spec.key == found.key)?;
        Some(AdoptedNetwork {
            id: found.id.clone(),
            key: found.key.clone(),
            spec: SpecHash::of_network(spec),
        })
    });
    let volumes = desired.volumes.iter().filter(|spec| !spec.external).map(|spec| AdoptedVolume {
        name: spec.name.clone(),
        key: spec.key.clone(),
        spec: SpecHash::of_volume(spec),
    });
    Adoption {
        stack_id,
        version: VersionNumber(1),
        containers: containers.collect(),
        networks: networks.collect(),
        volumes: volumes.collect(),
    }
}

fn seen<'a>(project: &'a RunningProject, service: &ServiceName) -> Option<&'a ObservedContainer> {
    let found = project.containers.iter().find(|found| found.service == *service)?;
    project.observation.container(&found.id)
}

fn images(desired: &DesiredStack, project: &RunningProject) -> BTreeMap<ServiceName, ImagePin> {
    let pins = desired.services.iter().filter_map(|service| {
        let id = seen(project, &service.name)?.image_id.clone();
        let digest = digest(service.image(), &id.0, &project.observation);
        Some((service.name.clone(), ImagePin { reference: service.image().to_string(), id, digest }))
    });
    pins.collect()
}

/// The digest under the name the definition uses, else any: all of them mean the same image.
fn digest(reference: &ImageRef, id: &str, observed: &Observation) -> Option<String> {
    let image = observed.host.images.iter().find(|image| image.id.as_str() == id)?;
    let named = |digest: &&String| ImageRef::from(digest.as_str()).name() == reference.name();
    image.digests.iter().find(named).or(image.digests.first()).cloned()
}

fn released(project: &RunningProject) -> Vec<ReleasedContainer> {
    let containers = project.containers.iter().filter_map(|found| {
        let name = project.observation.container(&found.id)?.name.clone();
        Some(ReleasedContainer {
            service: found.service.clone(),
            slot: found.slot,
            id: found.id.clone(),
            name,
        })
    });
    containers.collect()
}

/// Containers that somebody stopped count as stopped, not as failed. The next APPLY or START starts them.
fn stopped_runs(desired: &DesiredStack, project: &RunningProject) -> Vec<RunId> {
    let is_job = |service: &ServiceName| desired.service(service).is_some_and(|service| service.is_job);
    let ended = project.containers.iter().filter(|found| !is_job(&found.service)).filter_map(|found| {
        let container = project.observation.container(&found.id)?;
        matches!(container.state, ContainerState::Exited { .. }).then(|| container.run()).flatten()
    });
    let mut runs: Vec<RunId> = ended.collect();
    runs.sort_unstable();
    runs
}
