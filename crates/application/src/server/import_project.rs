//! Importing a running project as a stack, without restarting anything.
//!
//! The definition is reconstructed from the containers, checked like any other definition, and saved together with a
//! record of the objects it describes. Whatever the definition cannot express is reported, never silently dropped.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::access::{Action, Forbidden, Resource, Target};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::adoption::{
    AdoptedContainer, AdoptedNetwork, AdoptedVolume, Adoption, disown, present,
};
use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::desired::{DesiredError, DesiredStack, SpecHash};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::image::ImageRef;
use core_monitor_domain::names::{NameError, ServiceName, StackName};
use core_monitor_domain::observation::{ContainerState, Observation, ObservedContainer};
use core_monitor_domain::plan::PlanRecord;
use core_monitor_domain::ports::{
    Idempotency, Import, LinkError, NewStack, NewVersion, SaveError, Saved, StoreError,
};
use core_monitor_domain::release::{ImagePin, Release, ReleasedContainer};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::stack::RunId;
use core_monitor_domain::stack_version::{Source, placed};
use core_monitor_domain::time::Timestamp;
use core_monitor_message::Message;

use super::preview::{Subject, plan_for};
use super::said;
use super::{Definition, RefusedDefinition, Server, ServerPorts};

/// Path of the generated compose file.
const COMPOSE_FILE: &str = "compose.yaml";

/// The request.
#[derive(Debug, Clone)]
pub struct ImportProject {
    /// The project's name, which becomes the stack's.
    pub name: String,
    /// Why.
    pub comment: String,
    /// The idempotency key.
    pub idempotency: Option<Idempotency>,
}

/// What an import would save, or has saved.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedProject {
    /// The reconstructed compose file.
    pub compose: String,
    /// What the compose file does not carry over, and other remarks. One sentence each.
    pub notes: Vec<Message>,
    /// What the first APPLY would do: nothing, unless a note says otherwise.
    pub plan: PlanRecord,
    /// When the project was observed.
    pub observed_at: Timestamp,
    /// The definition as it is saved.
    pub definition: Definition,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The project's name is not a valid stack name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// No container belongs to such a project.
    #[error("there is no project `{0}` on the host")]
    ProjectNotFound(StackName),
    /// Its containers belong to a stack, of this installation or another one.
    #[error("the project `{name}` is already a stack")]
    Owned {
        /// The project.
        name: StackName,
        /// The stack.
        holder: StackId,
    },
    /// Its containers are Core Monitor's own.
    #[error("the project `{0}` is Core Monitor itself")]
    Component(StackName),
    /// The reconstructed definition is invalid.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The reconstructed definition cannot be carried out.
    #[error(transparent)]
    Desired(#[from] DesiredError),
    /// The worker does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Save(error.into())
    }
}

impl Server {
    /// Returns what an import would save, without saving it.
    pub async fn preview_import(&self, actor: &Actor, name: &str) -> Result<ImportedProject, ImportError> {
        let ports =
            self.permit(actor, Action::ShowProjectDefinition, &Resource::Project(name.to_owned())).await?;
        let draft = Draft::make(ports, actor, name).await?;
        match taken(ports, draft.name).await? {
            Some(refusal) => Err(refusal),
            None => Ok(draft.imported),
        }
    }
}

/// Why a project on the host would not be imported, as far as that shows without its definition. `None` if it would be.
pub(super) async fn import_refusal(
    ports: &ServerPorts,
    project: &ProjectSummary,
) -> Result<Option<ImportError>, StoreError> {
    let name = match project.name.parse::<StackName>() {
        Ok(name) => name,
        Err(error) => return Ok(Some(error.into())),
    };
    match of_somebody(ports, project, &name).await? {
        Some(refusal) => Ok(Some(refusal)),
        None => taken(ports, name).await,
    }
}

/// Why the containers of a project cannot become those of a new stack. Those of a deleted stack can: it has left them as they
/// were, and they are nobody's.
async fn of_somebody(
    ports: &ServerPorts,
    project: &ProjectSummary,
    name: &StackName,
) -> Result<Option<ImportError>, StoreError> {
    if let Some(holder) = project.made_by {
        let stack = ports.stacks.find_with_deleted(holder).await?;
        if stack.is_none_or(|stack| stack.deleted_at.is_none()) {
            return Ok(Some(ImportError::Owned { name: name.clone(), holder }));
        }
    }
    Ok(project.component.then(|| ImportError::Component(name.clone())))
}

/// The refusal if a stack has the name.
async fn taken(ports: &ServerPorts, name: StackName) -> Result<Option<ImportError>, StoreError> {
    let holder = ports.stacks.find_by_name(&name).await?;
    Ok(holder.map(|holder| SaveError::NameTaken { name, holder: holder.id }.into()))
}

impl Server {
    /// Saves the stack with version 1 as the applied version, the adopted objects, and a `CREATE` command that is
    /// already `DONE`, in one transaction.
    pub async fn import_project(
        &self,
        actor: &Actor,
        request: ImportProject,
    ) -> Result<(Saved, ImportedProject), ImportError> {
        let ports =
            self.permit(actor, Action::ImportProject, &Resource::Project(request.name.clone())).await?;
        let draft = Draft::make(ports, actor, &request.name).await?;
        let Draft { id, name, source, desired, project, adoption, imported } = draft;
        let command_id = CommandId(ports.ids.next_uuid());
        let now = ports.clock.now();
        let version = NewVersion {
            command_id,
            author: actor.clone(),
            comment: request.comment,
            source,
            secrets: Vec::new(),
            based_on: None,
            model: imported.definition.model.clone(),
            warnings: imported.definition.warnings.clone(),
            artifacts: Artifacts::new(),
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
        let new = NewStack { id, name, on_failure: OnFailure::default(), version };
        let saved = ports.adoptions.import(new, import).await?;
        // From the next observation on, the containers appear as the stack's. Request it now. If the worker is gone,
        // plans are refused until it is back.
        if let Err(error) = ports.link.refresh().await {
            tracing::warn!(%error, "cannot observe the engine after an import");
        }
        Ok((saved, imported))
    }
}

/// An import before it is saved.
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
    async fn make(ports: &ServerPorts, actor: &Actor, name: &str) -> Result<Self, ImportError> {
        let name: StackName = name.parse()?;
        let found = ports.link.find_project(name.as_str()).await?;
        let mut project = found.ok_or_else(|| ImportError::ProjectNotFound(name.clone()))?;
        if let Some(refusal) = of_somebody(ports, &project.summary, &name).await? {
            return Err(refusal);
        }
        let id = StackId(ports.ids.next_uuid());
        let compose = project.desired.to_compose();
        let source = Source::single(COMPOSE_FILE, compose.clone());
        let folder = ports.stack_folder(id);
        let rules = ports.definition_rules(actor, Target::named(name.as_str())).await;
        let definition = Definition::read_blocking(&source, &name, &folder, rules).await?;
        let desired = DesiredStack::from_project(&placed(&definition.model, &folder))?;
        let mut notes = std::mem::take(&mut project.notes);
        notes.extend(project.desired.lost_in(&desired).into_iter().map(said::not_carried_over));
        let adoption = adoption(id, &desired, &project);
        let mut observed = project.observation.clone();
        if let Some(gone) = project.summary.made_by {
            disown(&mut observed, gone);
        }
        present(&mut observed, ports.instance, std::slice::from_ref(&adoption));
        let observed_at = observed.host.taken_at;
        let subject = Subject {
            stack_id: id,
            stack: name.clone(),
            version: adoption.version,
            desired: desired.clone(),
            previous: Some(desired.clone()),
            stopped_runs: Vec::new(),
            recreate: BTreeSet::new(),
            predecessors: ports.stacks.predecessors(&name).await.map_err(SaveError::from)?,
            pins: BTreeMap::new(),
            rules: ports.rules_for(actor, Target::named(name.as_str())).await.map_err(SaveError::from)?,
        };
        let (plan, services) = plan_for(ports, subject, observed.narrowed(id)).await;
        let plan = plan.record(&ports.plan_key()).with_services(services);
        let imported = ImportedProject { compose, notes, plan, observed_at, definition };
        Ok(Self { id, name, source, desired, project, adoption, imported })
    }
}

/// The objects that the stack adopts, with the hashes of their definitions.
fn adoption(stack_id: StackId, desired: &DesiredStack, project: &RunningProject) -> Adoption {
    let containers = project.containers.iter().filter_map(|found| {
        let service = desired.service(&found.service)?;
        // A container that differs from the others gets a hash that matches nothing, so the first APPLY replaces it.
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

/// The digest under the repository name that the definition uses, else any: they all identify the same image.
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

/// Containers that were stopped count as stopped on purpose, not as failed. The next APPLY or START starts them.
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
