//! The compose projects on the host.

use async_trait::async_trait;
use core_monitor_domain::adoption::{adopted_containers, present};
use core_monitor_domain::ports::{LinkError, ProjectLink};
use core_monitor_domain::running_project::{ProjectSummary, RunningProject};

use super::{WorkerLink, refused};

#[async_trait]
impl ProjectLink for WorkerLink {
    async fn list_projects(&self) -> Result<Vec<ProjectSummary>, LinkError> {
        let mut projects = self.readers.projects.list_projects().await.map_err(|error| refused(&error))?;
        let adoptions = self.adoptions.list().await.map_err(|error| refused(&error))?;
        for project in &mut projects {
            let adopted = adoptions.iter().find(|adoption| {
                let mut known = adoption.containers.iter();
                known.any(|container| project.ids.contains(&container.id))
            });
            // Labels may still name a stack that is gone.
            project.made_by = adopted.map(|adoption| adoption.stack_id).or(project.made_by);
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
        if let Some(container) = project.containers.iter().find(|found| adopted.contains(&found.id)) {
            let holder = adoptions.iter().find(|a| a.containers.iter().any(|c| c.id == container.id));
            project.summary.made_by = holder.map(|adoption| adoption.stack_id).or(project.summary.made_by);
        }
        Ok(Some(project))
    }
}
