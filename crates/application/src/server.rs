//! What the server does, one file per verb: it reads, saves versions and puts commands into the queue. Nothing in here
//! touches an engine.
//!
//! Plain reads of one port (a stack, a page of commands) have no use case: whoever needs them asks the port.

use std::path::PathBuf;
use std::sync::Arc;

use core_monitor_domain::command_event::CommandEvent;
use core_monitor_domain::ids::{InstanceId, StackId};
use core_monitor_domain::ports::{
    AdoptionStore, Clock, CommandQueue, EngineLink, IdSource, Idempotency, IfMatch, ObservationStore,
    PlanStore, RegistryStore, SecretVault, StackStore, TokenStore,
};

mod aside;
mod authenticate;
mod await_command;
mod cancel_command;
mod commit_watch;
mod convert_docker_run;
mod create_stack;
mod definition;
mod diff_versions;
mod enqueue;
mod follow_events;
mod import_project;
mod issue_token;
mod lint_definition;
mod lint_version;
mod list_projects;
mod make_plan;
mod preview;
mod retry_command;
mod save_version;
mod stack_status;
mod store_registry;

pub use authenticate::{Principal, authenticate};
pub use await_command::await_command;
pub use cancel_command::cancel_command;
pub use commit_watch::CommitWatch;
pub use convert_docker_run::{CommandError, Converted, convert_docker_run};
/// What reading a definition may cost.
pub use core_monitor_compose::Limits as DefinitionLimits;
/// What the lint answers with, for those who show it.
pub use core_monitor_compose::lint::{Finding, LintReport, Summary};
/// What the `.env` of an archive says about its compose files.
pub use core_monitor_compose::named_compose_files;
pub use create_stack::{CreateStack, CreateStackError, create_stack};
pub use definition::{Definition, Issue, RefusedDefinition, SavedDefinition};
pub use diff_versions::{DiffError, FileDiff, ModelChange, VersionDiff, diff_versions};
pub use enqueue::{Accepted, RefusedCommand, enqueue};
pub use follow_events::{Batch, follow_events};
pub use import_project::{ImportError, ImportProject, ImportedProject, import_project, preview_import};
pub use issue_token::{ADMINISTRATOR, TokenSecret, accept_token, has_tokens};
pub use lint_definition::{LintDefinitionError, lint_definition};
pub use lint_version::lint_version;
pub use list_projects::list_projects;
pub use make_plan::{MakePlan, MakePlanError, PlanFor, make_plan};
pub use preview::PreviewError;
pub use retry_command::retry_command;
pub use save_version::{SaveVersion, SaveVersionError, save_version};
pub use stack_status::{
    ContainerStatus, Drift, ServiceState, ServiceStatus, StackState, StackStatus, StatusError, stack_status,
};
pub use store_registry::{StoreRegistryError, store_registry};

/// Everything the use cases of the server stand on.
#[derive(Clone)]
pub struct Server {
    /// Stacks, versions, releases.
    pub stacks: Arc<dyn StackStore>,
    /// What imported stacks took over.
    pub adoptions: Arc<dyn AdoptionStore>,
    /// What only the worker can ask of the engine.
    pub link: Arc<dyn EngineLink>,
    /// The queue.
    pub queue: Arc<dyn CommandQueue>,
    /// Stored plans.
    pub plans: Arc<dyn PlanStore>,
    /// What the worker last saw.
    pub observations: Arc<dyn ObservationStore>,
    /// Tokens.
    pub tokens: Arc<dyn TokenStore>,
    /// Registries that need credentials.
    pub registries: Arc<dyn RegistryStore>,
    /// Seals those credentials.
    pub vault: Arc<dyn SecretVault>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identities.
    pub ids: Arc<dyn IdSource>,
    /// Tells when the database has changed.
    pub commits: Arc<CommitWatch>,
    /// This installation.
    pub instance: InstanceId,
    /// What reading a definition may cost.
    pub definition_limits: DefinitionLimits,
    /// Folder in which every stack has one of its own, see [`stack_folder`](Self::stack_folder).
    pub stacks_dir: PathBuf,
}

impl Server {
    /// Where relative host paths of a stack start: `<data dir>/stacks/<stack id>`, the same for all its versions.
    pub fn stack_folder(&self, stack: StackId) -> String {
        self.stacks_dir.join(stack.to_string()).display().to_string()
    }
}

/// How a caller protects a write against being done twice, or on a stack that has changed.
#[derive(Debug, Clone)]
pub struct Write {
    /// Who asks.
    pub principal: String,
    /// Repeat protection.
    pub idempotency: Option<Idempotency>,
    /// What the caller believes of the stack.
    pub if_match: IfMatch,
}

/// The id of the last event, from which the next read goes on.
fn last_id(events: &[CommandEvent], before: i64) -> i64 {
    events.last().map_or(before, |event| event.id)
}
