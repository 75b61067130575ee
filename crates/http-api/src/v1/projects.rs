//! Compose projects on the host.

use core_monitor_application::server::ListedProject;
use core_monitor_domain::ids::StackId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::v1::message::MessageBody;

pub(crate) mod definition;
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
    /// Number of containers.
    #[schema(example = 3)]
    containers: u32,
    /// Number of running containers.
    #[schema(example = 3)]
    running: u32,
    /// The stack its containers belong to, in this or another installation; null if they belong to no stack.
    #[schema(value_type = Option<uuid::Uuid>, example = json!(null))]
    stack_id: Option<StackId>,
    /// Whether it can be imported.
    #[schema(example = true)]
    importable: bool,
    /// Why not, in the words of an import; null if it can be. What only its definition shows is not known here.
    reason: Option<MessageBody>,
}

impl From<ListedProject> for ProjectBody {
    fn from(listed: ListedProject) -> Self {
        let project = listed.summary;
        // The problem that the import would answer with is where its sentence is.
        let reason = listed.refusal.map(|refusal| Problem::from(refusal).into_message());
        Self {
            importable: reason.is_none(),
            reason,
            stack_id: project.made_by,
            name: project.name,
            services: project.services,
            containers: project.containers,
            running: project.running,
        }
    }
}
