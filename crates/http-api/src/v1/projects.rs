//! Compose projects on the host.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::running_project::ProjectSummary;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) mod import;
pub(crate) mod list;

/// A compose project on the host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Project)]
pub(crate) struct ProjectBody {
    #[schema(example = "shop")]
    name: String,
    #[schema(example = json!(["api", "db"]))]
    services: Vec<String>,
    /// Its containers.
    #[schema(example = 3)]
    containers: u32,
    /// Those of them that run.
    #[schema(example = 3)]
    running: u32,
    /// The stack its containers belong to, of this installation or another one; null for a project of somebody else.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    stack_id: Option<StackId>,
    /// Whether it can be imported.
    #[schema(example = true)]
    importable: bool,
}

impl From<ProjectSummary> for ProjectBody {
    fn from(project: ProjectSummary) -> Self {
        Self {
            importable: project.made_by.is_none() && !project.component,
            stack_id: project.made_by,
            name: project.name,
            services: project.services,
            containers: project.containers,
            running: project.running,
        }
    }
}
