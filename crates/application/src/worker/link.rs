//! The worker's end of the engine link: answers the server's questions about the engine.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::adoption::{adopted_containers, present};
use core_monitor_domain::build_policy::BuildPolicy;
use core_monitor_domain::ids::{ContainerId, InstanceId};
use core_monitor_domain::ports::{
    AdoptionStore, Clock, ContainerLogs, CreationStore, EngineError, EngineLink, EngineReader, Feed,
    LinkError, LogStart, OutputChunk, OutputFeed, ProjectReader, SecretVault, StackFolder, StackStore,
};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;

use super::Worker;
use super::chain;
use super::look::{Host, Latest, Records, look_through};

/// The read-only ports of the engine, so that nothing that arrives over the socket can change it.
#[derive(Clone)]
pub struct LinkReaders {
    /// The whole host.
    pub host: Arc<dyn EngineReader>,
    /// Compose projects.
    pub projects: Arc<dyn ProjectReader>,
    /// Container logs.
    pub logs: Arc<dyn ContainerLogs>,
}

/// Answers from the engine, whether this worker carries out commands or waits for another worker to end.
pub struct WorkerLink {
    readers: LinkReaders,
    adoptions: Arc<dyn AdoptionStore>,
    creations: Arc<dyn CreationStore>,
    stacks: Arc<dyn StackStore>,
    vault: Arc<dyn SecretVault>,
    clock: Arc<dyn Clock>,
    instance: InstanceId,
    latest: Latest,
    folders: Arc<dyn StackFolder>,
    builds: BuildPolicy,
}

impl Worker {
    /// The worker's end of the engine link.
    pub fn link(&self, readers: LinkReaders) -> WorkerLink {
        WorkerLink {
            readers,
            adoptions: Arc::clone(&self.ports.adoptions),
            creations: Arc::clone(&self.ports.creations),
            stacks: Arc::clone(&self.ports.stacks),
            vault: Arc::clone(&self.ports.vault),
            clock: Arc::clone(&self.ports.clock),
            instance: self.instance,
            latest: self.latest.clone(),
            folders: Arc::clone(&self.ports.folders),
            builds: self.settings.builds.clone(),
        }
    }
}

#[async_trait]
impl EngineLink for WorkerLink {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        let mut projects = self.readers.projects.list_projects().await.map_err(|error| refused(&error))?;
        let adoptions = self.adoptions.list().await.map_err(|error| refused(&error))?;
        for project in projects.iter_mut().filter(|project| project.made_by.is_none()) {
            let adopted = adoptions.iter().find(|adoption| {
                let mut known = adoption.containers.iter();
                known.any(|container| project.ids.contains(&container.id))
            });
            project.made_by = adopted.map(|adoption| adoption.stack_id);
        }
        Ok(projects)
    }

    async fn find_project(&self, name: &str) -> Result<Option<RunningProject>, LinkError> {
        let now = self.clock.now();
        let found = self
            .readers
            .projects
            .find_project(name, self.instance, now)
            .await
            .map_err(|error| refused(&error))?;
        let Some(mut project) = found else { return Ok(None) };
        let adoptions = self.adoptions.list().await.map_err(|error| refused(&error))?;
        present(&mut project.observation, self.instance, &adoptions);
        let adopted = adopted_containers(&adoptions);
        if project.summary.made_by.is_none()
            && let Some(container) = project.containers.iter().find(|found| adopted.contains(&found.id))
        {
            let holder = adoptions.iter().find(|a| a.containers.iter().any(|c| c.id == container.id));
            project.summary.made_by = holder.map(|adoption| adoption.stack_id);
        }
        Ok(Some(project))
    }

    async fn refresh(&self) -> Result<Timestamp, LinkError> {
        let records = Records {
            adoptions: &*self.adoptions,
            creations: &*self.creations,
            observations: self.latest.store(),
            stacks: &*self.stacks,
            vault: &*self.vault,
        };
        let (host, clock) = (&*self.readers.host, &*self.clock);
        let site = Host { folders: &*self.folders, builds: &self.builds };
        let observed = look_through(host, records, clock, site, self.instance, None).await;
        let observed = observed.map_err(|error| refused(&error))?;
        self.latest.save(&observed).await.map_err(|error| refused(&error))?;
        Ok(observed.host.taken_at)
    }

    async fn follow_logs(
        &self,
        container: &ContainerId,
        from: LogStart,
    ) -> Result<OutputFeed<LinkError>, LinkError> {
        let output = self.readers.logs.follow(container, from).await.map_err(|error| told(&error))?;
        Ok(Box::new(Told(output)))
    }
}

/// A feed of the engine, with its errors converted to link errors.
struct Told(OutputFeed<EngineError>);

#[async_trait]
impl Feed<OutputChunk, LinkError> for Told {
    async fn next(&mut self) -> Result<Option<OutputChunk>, LinkError> {
        self.0.next().await.map_err(|error| told(&error))
    }
}

fn told(error: &EngineError) -> LinkError {
    match error {
        EngineError::NotFound { message } => LinkError::NotFound { message: message.clone() },
        _ => refused(error),
    }
}

fn refused(error: &dyn std::error::Error) -> LinkError {
    LinkError::Refused { message: chain(error) }
}
