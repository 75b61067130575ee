//! The use cases of the server, one file per verb: it reads, saves versions and enqueues commands. Nothing here changes
//! an engine.
//!
//! Every use case is a method of [`Server`], takes the calling actor, and first checks whether the actor is allowed.

use core_monitor_domain::ports::{Idempotency, IfMatch};

mod authenticate;
mod blocking;
mod cancel_command;
mod change_stack;
mod commit_watch;
mod convert_docker_run;
mod create_stack;
mod definition;
mod definition_words;
mod diff_versions;
mod enqueue;
mod folder_notes;
mod follow_events;
mod form;
mod gate;
mod import_project;
mod issue_token;
mod lint_definition;
mod lint_version;
mod list_audit;
mod list_commands;
mod list_containers;
mod list_events;
mod list_projects;
mod list_registries;
mod list_stacks;
mod list_version_files;
mod list_versions;
mod make_plan;
mod patience;
mod preview;
mod query_error;
mod remove_registry;
mod retry_command;
pub(crate) mod said;
mod save_version;
mod secret_variables;
mod server_ports;
mod show_about;
mod show_command;
mod show_metrics;
mod show_plan;
mod show_queue;
mod show_readiness;
mod show_registry;
mod show_stack;
mod show_version;
mod show_version_file;
mod shown_command;
mod stack_status;
mod store_registry;
#[cfg(any(test, feature = "mocks"))]
mod untouchable;

pub use blocking::{BlockingWork, run_blocking, run_blocking_async};
pub use cancel_command::CancelAnswer;
pub use change_stack::ChangeStackError;
pub use commit_watch::CommitWatch;
pub use convert_docker_run::{CommandError, ConvertError, Converted};
/// Limits for reading a definition.
pub use core_monitor_compose::Limits as DefinitionLimits;
/// How serious a finding is.
pub use core_monitor_compose::Severity;
/// What the lint answers with, for those who show it.
pub use core_monitor_compose::lint::{Finding, LintReport, Summary};
/// What the `.env` of an archive says about its compose files.
pub use core_monitor_compose::named_compose_files;
pub use create_stack::{CreateStack, CreateStackError};
pub use definition::{Definition, Issue, RefusedDefinition, SavedDefinition};
pub use definition_words::{diagnostic_codes, lint_rules};
pub use diff_versions::{DiffError, FileDiff, ModelChange, VersionDiff};
pub use enqueue::{Accepted, RefusedCommand, Wanted};
pub use follow_events::{Batch, Followed, Follower};
pub use form::Form;
pub use gate::{Policy, Server};
pub use import_project::{ImportError, ImportProject, ImportedProject};
pub use issue_token::{ADMINISTRATOR, TokenSecret};
pub use lint_definition::LintDefinitionError;
pub use list_containers::ListedContainers;
pub use list_projects::{ListProjectsError, ListedProject};
pub use list_stacks::ListedStack;
pub use list_versions::ListedVersion;
pub use make_plan::{MakePlan, MakePlanError};
pub use patience::Patience;
pub use preview::PreviewError;
pub use query_error::QueryError;
pub use retry_command::RetryAnswer;
pub use save_version::{SaveVersion, SaveVersionError};
pub use server_ports::ServerPorts;
pub use show_about::About;
pub use show_metrics::Numbers;
pub use show_queue::ShownQueue;
pub use show_readiness::Readiness;
pub use show_stack::ShownStack;
pub use show_version::ShownVersion;
pub use shown_command::ShownCommand;
pub use stack_status::{
    ContainerStatus, Drift, DriftStep, ServiceState, ServiceStatus, StackState, StackStatus, StatusError,
};
pub use store_registry::StoreRegistryError;
#[cfg(any(test, feature = "mocks"))]
pub use untouchable::untouchable_ports;

/// How a caller protects a write against being repeated, or against a stack that has changed.
#[derive(Debug, Clone)]
pub struct Write {
    /// The idempotency key.
    pub idempotency: Option<Idempotency>,
    /// The revision the caller expects the stack to have.
    pub if_match: IfMatch,
}
