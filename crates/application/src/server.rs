//! The use cases of the server, one file per verb: it reads, saves versions and enqueues commands. Nothing here changes
//! an engine.
//!
//! Every use case is a method of [`Server`], takes the calling actor, and first checks whether the actor is allowed.

use core_monitor_domain::ports::{Idempotency, IfMatch};

mod account;
mod alerts;
mod artifacts;
mod authenticate;
mod authenticate_session;
mod base_version;
mod become_user;
mod blocking;
mod cancel_command;
mod change_stack;
mod commit_watch;
mod confirmed_plan;
mod convert_autostart;
mod convert_docker_run;
mod create_stack;
mod definition;
mod definition_words;
mod deploy;
mod diff_versions;
mod draft_wizard;
mod enqueue;
mod exec_in_container;
mod export_audit;
mod files;
mod folder_notes;
mod follow_changes;
mod follow_engine;
mod follow_events;
mod follow_statistics;
mod form;
mod gate;
mod host_stock;
mod import_project;
mod import_templates;
mod inspect_container;
mod instances;
mod issue_token;
mod known_catalog;
mod known_changes;
mod known_lint;
mod known_stacks;
mod known_statistics;
mod lint_definition;
mod lint_version;
mod list_audit;
mod list_catalog;
mod list_commands;
mod list_containers;
mod list_events;
mod list_objects;
mod list_on_demand;
mod list_processes;
mod list_projects;
mod list_registries;
mod list_sessions;
mod list_stacks;
mod list_version_files;
mod list_versions;
mod make_plan;
mod on_demand;
mod on_demand_report;
mod open_commands;
mod open_terminal;
mod open_wizard;
mod patience;
mod plan_delete;
mod plan_prune;
mod policy;
mod power_service;
mod preview;
mod propose_definition;
mod prune;
mod query_error;
mod read_logs;
mod records;
mod remove_registry;
mod retry_command;
mod revoke_session;
mod rivals;
pub(crate) mod said;
mod save_version;
mod save_wizard;
mod scale_service;
mod scaled_source;
mod secret_variables;
mod secrets;
mod seen_stacks;
mod server_ports;
mod sessions;
mod set_on_demand_service;
mod set_stack_labels;
mod show_about;
mod show_catalog_entry;
mod show_command;
mod show_compose_schema;
mod show_host;
mod show_metrics;
mod show_on_demand_service;
mod show_overview;
mod show_plan;
mod show_queue;
mod show_readiness;
mod show_registry;
mod show_session;
mod show_settings;
mod show_stack;
mod show_statistics;
mod show_statistics_history;
mod show_version;
mod show_version_file;
mod shown_command;
mod sign_in;
mod sign_in_with_password;
mod sign_in_with_provider;
mod sign_out;
mod stack_container;
mod stack_status;
mod steward;
mod store_registry;
mod tag_version;
mod templates;
mod terminals;
mod tokens;
mod totp;
#[cfg(any(test, feature = "mocks"))]
mod untouchable;
mod users;
mod verify_audit;
mod wizard;

pub use account::{Account, AccountError, TotpDraft};
pub use alerts::{AlertChannels, AlertPorts, Alerting, ShownAlerts, TestedChannel};
pub use artifacts::{ArtifactUpload, ArtifactUseError, ListedArtifact};
pub use authenticate_session::CurrentSession;
pub use base_version::NoBase;
pub use become_user::{BecomeUserError, SETUP_TOKEN_PREFIX, random_setup_token};
pub use blocking::{BlockingWork, run_blocking, run_blocking_async};
pub use cancel_command::CancelAnswer;
pub use change_stack::ChangeStackError;
pub use commit_watch::CommitWatch;
pub use convert_autostart::{AutostartConfig, ConvertedService};
pub use convert_docker_run::{CommandError, ConvertError, Converted};
/// What can be chosen, and what choices become.
pub use core_monitor_catalog::{
    Catalog, Category as EntryCategory, Choice, Choices, ConvertedTemplate, Edge, Entry,
    EntryError as CatalogError, EntryOption, Graph, Imported, ImportedEntry, Kind as EntryKind, Link,
    Node as GraphNode, NodeKind, Opened, OptionKind, OptionValue, Origin as EntryOrigin,
    Problem as WizardProblem, Provision, Requirement, Secret, SkippedTemplate, Sleep, Text as EntryText,
    Version as EntryVersion, Wrote,
};
/// An attribute of the Compose format.
pub use core_monitor_compose::Attribute as ComposeAttribute;
/// Limits for reading a definition.
pub use core_monitor_compose::Limits as DefinitionLimits;
/// What a definition means.
pub use core_monitor_compose::Project;
/// How serious a finding is.
pub use core_monitor_compose::Severity;
/// What the lint answers with, for those who show it.
pub use core_monitor_compose::lint::{Finding, LintReport, Summary};
/// What the `.env` of an archive says about its compose files.
pub use core_monitor_compose::named_compose_files;
/// What becomes of an attribute of the Compose format.
pub use core_monitor_compose::support::Support as ComposeSupport;
pub use create_stack::{CreateStack, CreateStackError};
pub use definition::{Definition, DefinitionRules, Issue, RefusedDefinition, SavedDefinition};
pub use definition_words::{diagnostic_codes, lint_rules};
pub use deploy::{CheckedDeploy, DeployError, DeployRequest, DeployedArtifact};
pub use diff_versions::{ArtifactChange, DiffError, FileDiff, ModelChange, VersionDiff};
pub use draft_wizard::{DraftError, WizardDraft, WizardVariable};
pub use enqueue::{Accepted, RefusedCommand, Wanted};
pub use exec_in_container::{ExecInContainer, ExecResult, Output};
pub use files::{Fetched, FileUseError, FilesOf, ListedFolder, PutFile};
pub use follow_changes::{ChangeFollower, FollowedTopics, News};
pub use follow_engine::{EngineEventQuery, EngineEventsError, EngineFollower, ListedEvents, PlacedEvent};
pub use follow_events::{Batch, Followed, Follower};
pub use follow_statistics::StatisticsFollower;
pub use form::Form;
pub use gate::{Policy, Server};
pub use host_stock::{HostStock, HostStockError};
pub use import_project::{ImportError, ImportProject, ImportedProject};
pub use import_templates::ImportTemplatesError;
pub use inspect_container::{InspectError, InspectedContainer};
pub use instances::{
    InstanceError, InstancePhase, InstanceQuery, LaunchInstance, LaunchedInstance, ListedInstance,
    ListedSweep, PlannedUpgrade, RolloutPlan, RolloutQuery, RouteFormat, ShownRollout, StartRollout,
    UpgradeEffect, UpgradeInstance, WantedKeys,
};
pub use issue_token::{ADMINISTRATOR, IssueToken, IssuedToken, TokenSecret};
pub use known_catalog::ShownCatalog;
pub use lint_definition::LintDefinitionError;
pub use list_containers::{ContainerQuery, ListedContainers};
pub use list_projects::{ListProjectsError, ListedProject};
pub use list_stacks::{ListedStack, NoPlace, StackOrder, StackPlace, StackQuery, StackSort};
pub use list_versions::ListedVersion;
pub use make_plan::{MakePlan, MakePlanError};
pub use on_demand::{OnDemandError, OnDemandService, ShownOnDemand};
pub use on_demand_report::{DaySum, MOST_DAYS, OnDemandReport, ReportedService};
pub use open_terminal::OpenedTerminal;
pub use patience::Patience;
pub use plan_delete::PlanDeleteError;
pub use policy::{NotAllowed, ReplacePolicyError, Trial, TryPolicyError};
pub use power_service::PowerServiceError;
pub use preview::PreviewError;
pub use propose_definition::{DefinitionProposal, ProposeError};
pub use prune::RefusedPrune;
pub use query_error::QueryError;
pub use read_logs::{LogEnd, LogFrame, LogMarker, LogQuery, LogScope, LogSource, LogStream, LogsError};
pub use records::{
    ArchivedAudit, ArchivedQueue, AuditVerification, RecordReader, Retention, RetentionError, RetentionPorts,
    walk_audit,
};
pub use retry_command::RetryAnswer;
pub use save_version::{SaveVersion, SaveVersionError};
pub use save_wizard::{SaveWizard, SaveWizardError};
pub use scale_service::{ScaleError, ScaleService};
pub use scaled_source::NotInPlace;
pub use secrets::{CreateSecret, SecretDetails, SecretPage, SecretUseError, UsedSecret};
pub use server_ports::ServerPorts;
pub use sessions::{SessionError, ShownSession};
pub use set_on_demand_service::SetOnDemandError;
pub use show_about::About;
pub use show_catalog_entry::CatalogEntryError;
pub use show_host::{ShownDiskUsage, ShownHost};
pub use show_metrics::{MeasuredNumbers, Numbers};
pub use show_on_demand_service::ShownOnDemandService;
pub use show_overview::{AttendedItem, ShownOverview, StackCounts};
pub use show_queue::ShownQueue;
pub use show_readiness::Readiness;
pub use show_settings::ShownSettings;
pub use show_stack::ShownStack;
pub use show_statistics::{ShownStatistics, StatisticsError};
pub use show_statistics_history::{HistoryQuery, ShownHistory};
pub use show_version::ShownVersion;
pub use shown_command::ShownCommand;
pub use sign_in::{SignInError, SignedIn, Visitor};
pub use sign_in_with_password::PasswordSignIn;
pub use sign_in_with_provider::{AtProvider, Identification, ProviderSignInError};
pub use stack_status::{
    ContainerStatus, Drift, DriftStep, ServiceState, ServiceStatus, StackState, StackStatus, StatusError,
};
pub use steward::Steward;
pub use store_registry::StoreRegistryError;
pub use tag_version::TagVersionError;
pub use templates::{
    ConvertTemplates, ConvertTemplatesError, CreateTemplate, DeleteTemplateError, RenderTemplate,
    RenderTemplateError, RenderedTemplate, SaveTemplateError, SaveTemplateVersion, SavedTemplateVersion,
    ShownTemplate, ShownTemplateVersion, TemplateDefinition, TemplateQueryError,
};
pub use terminals::{AttachedTerminal, FromClient, TerminalError};
pub use tokens::TokenUseError;
pub(crate) use totp::purpose as totp_purpose;
#[cfg(any(test, feature = "mocks"))]
pub use untouchable::untouchable_ports;
pub use users::{InvitationSecret, Invited, UserPage, UserUseError};
pub use wizard::{NoWizard, Wizard, WizardPort};

/// How a caller protects a write against being repeated, or against a stack that has changed.
#[derive(Debug, Clone)]
pub struct Write {
    /// The idempotency key.
    pub idempotency: Option<Idempotency>,
    /// The revision the caller expects the stack to have.
    pub if_match: IfMatch,
}

impl Write {
    /// Of a write that says itself what is to be, whatever was before.
    pub fn unconditional() -> Self {
        Self { idempotency: None, if_match: IfMatch::Any }
    }
}
