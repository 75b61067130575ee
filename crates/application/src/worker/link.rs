//! The worker's answers to what the server asks of the engine.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::adoption::{adopted_containers, present};
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{EngineLink, LinkError, ProjectReader};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};
use core_monitor_domain::time::Timestamp;

use super::chain;
use super::look::{Latest, look};
use super::{Worker, WorkerPorts};

/// Answers from the engine. Whether this worker carries out commands or waits for another one to end does not matter:
/// nothing in here writes to the engine.
pub struct WorkerLink {
    ports: WorkerPorts,
    instance: InstanceId,
    latest: Latest,
    projects: Arc<dyn ProjectReader>,
}

impl Worker {
    /// The worker's end of the engine link.
    pub fn link(&self, projects: Arc<dyn ProjectReader>) -> WorkerLink {
        WorkerLink {
            ports: self.ports.clone(),
            instance: self.instance,
            latest: self.latest.clone(),
            projects,
        }
    }
}

#[async_trait]
impl EngineLink for WorkerLink {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        let mut projects = self.projects.list_projects().await.map_err(|error| refused(&error))?;
        let adoptions = self.ports.adoptions.list().await.map_err(|error| refused(&error))?;
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
        let now = self.ports.clock.now();
        let found =
            self.projects.find_project(name, self.instance, now).await.map_err(|error| refused(&error))?;
        let Some(mut project) = found else { return Ok(None) };
        let adoptions = self.ports.adoptions.list().await.map_err(|error| refused(&error))?;
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
        let observed = look(&self.ports, self.instance).await.map_err(|error| refused(&error))?;
        self.latest.save(&observed).await.map_err(|error| refused(&error))?;
        Ok(observed.host.taken_at)
    }
}

fn refused(error: &dyn std::error::Error) -> LinkError {
    LinkError::Refused { message: chain(error) }
}
