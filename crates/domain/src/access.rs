//! Access control: one table of all actions, and one function that decides.
//!
//! Every use case of the server calls [`decide`] before it reads anything, and the security section of the HTTP API
//! document is generated from the same table. All people and tokens are administrators today; roles will change only
//! the decisions.

use serde::{Deserialize, Serialize};

use crate::actor::SystemPart;

mod action;
mod decision;
mod resource;

pub use action::ActionError;
pub use decision::{Decision, Forbidden, Refusal, decide};
pub use resource::{Resource, ResourceError, ResourceKind};

/// Who may use an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// Administrators: people and tokens, and parts of Core Monitor on their behalf.
    Administrators,
    /// Administrators, and these parts of Core Monitor acting by themselves.
    AdministratorsAnd(&'static [SystemPart]),
    /// Only these parts of Core Monitor, acting by themselves.
    Only(&'static [SystemPart]),
}

/// Whether an action changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It changes nothing.
    Read,
    /// It changes something.
    Write,
}

macro_rules! actions {
    ($( $(#[$doc:meta])* $name:ident = $word:literal, $mode:ident $kind:ident, $audience:expr; )*) => {
        /// An action that can be requested. Its name is also the `operationId` in the HTTP API, and is stored
        /// permanently in the audit.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Action {
            $( $(#[$doc])* $name, )*
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name in the API document, in refusals and in the audit.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// Whether it changes anything.
            pub fn writes(self) -> bool {
                let mode = match self { $(Self::$name => Mode::$mode),* };
                mode == Mode::Write
            }

            /// The kind of its resource.
            pub fn resource(self) -> ResourceKind {
                match self { $(Self::$name => ResourceKind::$kind),* }
            }

            fn audience(self) -> Audience {
                match self { $(Self::$name => $audience),* }
            }
        }
    };
}

use Audience::{Administrators, AdministratorsAnd, Only};

const SERVER: &[SystemPart] = &[SystemPart::Server];
const ON_DEMAND: &[SystemPart] = &[SystemPart::Server, SystemPart::Gateway];

actions! {
    /// Read the metrics.
    ShowMetrics = "show_metrics", Read Installation, Administrators;
    /// Show what all containers and the host use.
    ShowStatistics = "show_statistics", Read Installation, Administrators;
    /// Follow what all containers and the host use.
    StreamStatistics = "stream_statistics", Read Installation, Administrators;
    /// Show what the containers of a stack use.
    ShowStackStatistics = "show_stack_statistics", Read Stack, Administrators;
    /// Show what the containers of a stack used.
    ShowStackStatisticsHistory = "show_stack_statistics_history", Read Stack, Administrators;
    /// Show what the host uses.
    ShowHost = "show_host", Read Installation, Administrators;
    /// Show what the engine's objects take on its disk.
    ShowDiskUsage = "show_disk_usage", Read Installation, Administrators;
    /// List the events of all commands.
    ListEvents = "list_events", Read Installation, Administrators;
    /// Follow the events of all commands.
    StreamEvents = "stream_events", Read Installation, Administrators;
    /// List who changed credentials, tokens and settings.
    ListAudit = "list_audit", Read Installation, Administrators;
    /// Show what the installation is made of.
    ShowAbout = "show_about", Read Installation, Administrators;
    /// Show what needs attention.
    ShowOverview = "show_overview", Read Installation, Administrators;
    /// List the last alerts and the channels that they are sent to.
    ListAlerts = "list_alerts", Read Installation, Administrators;
    /// Send an alert that says only that alerts arrive.
    SendTestAlert = "send_test_alert", Write Installation, Administrators;
    /// Look for what is worth an alert.
    WatchForAlerts = "watch_for_alerts", Read Installation, Only(SERVER);
    /// Follow everything that changes.
    StreamChanges = "stream_changes", Read Installation, Administrators;
    /// Show what can be written in a compose file.
    ShowComposeSchema = "show_compose_schema", Read Installation, Administrators;
    /// Show how long things are kept and how much there is of them.
    ShowSettings = "show_settings", Read Installation, Administrators;
    /// Show the heads of the queue.
    ShowQueue = "show_queue", Read Installation, Administrators;

    /// List the compose projects on the host.
    ListProjects = "list_projects", Read Installation, Administrators;
    /// Show what an import of a running project would save.
    ShowProjectDefinition = "show_project_definition", Read Project, Administrators;
    /// Import a running project as a stack.
    ImportProject = "import_project", Write Project, Administrators;
    /// Convert a `docker run` command to a compose file.
    ConvertDockerRun = "convert_docker_run", Read Installation, Administrators;
    /// Convert the configuration of an autostart proxy to definitions.
    ConvertAutostart = "convert_autostart", Read Installation, Administrators;
    /// Check a definition without saving it.
    LintDefinition = "lint_definition", Read Installation, Administrators;
    /// Check a project folder without saving it.
    LintArchive = "lint_archive", Read Installation, Administrators;

    /// List what the wizard can put into a stack.
    ListCatalog = "list_catalog", Read Installation, Administrators;
    /// Show an entry of the catalogue.
    ShowCatalogEntry = "show_catalog_entry", Read Installation, Administrators;
    /// Make entries of the catalogue from templates of others.
    ImportTemplates = "import_templates", Read Installation, Administrators;
    /// Show what choices become.
    DraftWizard = "draft_wizard", Read Installation, Administrators;
    /// Save what choices become, as a new stack or a new version.
    SaveWizard = "save_wizard", Write Installation, Administrators;
    /// Open the wizard on a version.
    OpenWizard = "open_wizard", Read Stack, Administrators;

    /// List the stacks.
    ListStacks = "list_stacks", Read Installation, Administrators;
    /// Create a stack.
    CreateStack = "create_stack", Write Installation, Administrators;
    /// Create a stack from a project folder.
    CreateStackFromArchive = "create_stack_from_archive", Write Installation, Administrators;
    /// Show a stack.
    ShowStack = "show_stack", Read Stack, Administrators;
    /// Show the status of a stack.
    ShowStackStatus = "show_stack_status", Read Stack, Administrators;
    /// Propose a definition that says what runs.
    ProposeDefinition = "propose_definition", Read Stack, Administrators;
    /// Change the settings of a stack.
    ChangeStack = "change_stack", Write Stack, Administrators;
    /// List the containers of a stack.
    ListStackContainers = "list_stack_containers", Read Stack, Administrators;
    /// List the containers of all stacks.
    ListContainers = "list_containers", Read Installation, Administrators;
    /// Read the logs of a stack.
    ShowStackLogs = "show_stack_logs", Read Stack, Administrators;
    /// Read the logs of a container.
    ShowContainerLogs = "show_container_logs", Read Container, Administrators;
    /// Converge a stack to a version.
    ApplyVersion = "apply_version", Write Stack, Administrators;
    /// Converge a stack to an earlier version with the images it used.
    RollBackToVersion = "roll_back_to_version", Write Stack, Administrators;
    /// Put an application artifact into the running containers of a service.
    DeployArtifact = "deploy_artifact", Write Stack, Administrators;
    /// List the stored artifacts.
    ListArtifacts = "list_artifacts", Read Installation, Administrators;
    /// Change how many containers a service has.
    ScaleService = "scale_service", Write Stack, Administrators;
    /// Start what is stopped.
    StartStack = "start_stack", Write Stack, Administrators;
    /// Stop what runs.
    StopStack = "stop_stack", Write Stack, Administrators;
    /// Restart what is running.
    RestartStack = "restart_stack", Write Stack, Administrators;
    /// List the services that wake on demand.
    ListOnDemand = "list_on_demand", Read Installation, Administrators;
    /// Show what services that wake on demand use, save and should be set to.
    ShowOnDemandReport = "show_on_demand_report", Read Installation, Administrators;
    /// Show the same as a table of text.
    ShowOnDemandTable = "show_on_demand_table", Read Installation, Administrators;
    /// Show how a service wakes and sleeps.
    ShowOnDemandService = "show_on_demand_service", Read Stack, Administrators;
    /// Set the times of a service that wakes on demand, or keep it awake.
    SetOnDemandService = "set_on_demand_service", Write Stack, Administrators;
    /// Wake a service.
    WakeService = "wake_service", Write Stack, Administrators;
    /// Put a service to sleep.
    PutServiceToSleep = "put_service_to_sleep", Write Stack, Administrators;
    /// Start a sleeping stack because of a request to it.
    WakeStack = "wake_stack", Write Stack, Only(ON_DEMAND);
    /// Stop an idle stack.
    PutStackToSleep = "put_stack_to_sleep", Write Stack, Only(ON_DEMAND);
    /// Plan what deleting a stack would take away.
    PlanDelete = "plan_delete", Write Stack, Administrators;
    /// Delete a stack and its objects on the engine.
    DeleteStack = "delete_stack", Write Stack, Administrators;

    /// List the templates.
    ListTemplates = "list_templates", Read Installation, Administrators;
    /// Show a template.
    ShowTemplate = "show_template", Read Template, Administrators;
    /// List the versions of a template.
    ListTemplateVersions = "list_template_versions", Read Template, Administrators;
    /// Show a version of a template.
    ShowTemplateVersion = "show_template_version", Read Template, Administrators;
    /// Show a file of a version of a template.
    ShowTemplateFile = "show_template_file", Read Template, Administrators;
    /// Compare two versions of a template.
    DiffTemplateVersions = "diff_template_versions", Read Template, Administrators;
    /// Show what a template becomes with values.
    RenderTemplate = "render_template", Read Template, Administrators;
    /// Convert templates of others to templates.
    ConvertTemplates = "convert_templates", Read Installation, Administrators;
    /// Create a template.
    CreateTemplate = "create_template", Write Installation, Administrators;
    /// Create a template from a project folder.
    CreateTemplateFromArchive = "create_template_from_archive", Write Installation, Administrators;
    /// Save a version of a template.
    SaveTemplateVersion = "save_template_version", Write Template, Administrators;
    /// Save a version of a template from a project folder.
    SaveTemplateVersionFromArchive = "save_template_version_from_archive", Write Template, Administrators;
    /// Delete a template.
    DeleteTemplate = "delete_template", Write Template, Administrators;
    /// List the instances of a template.
    ListInstances = "list_instances", Read Template, Administrators;
    /// Show an instance.
    ShowInstance = "show_instance", Read Template, Administrators;
    /// Launch an instance, or start it again.
    LaunchInstance = "launch_instance", Write Template, Administrators;
    /// Start an instance.
    StartInstance = "start_instance", Write Template, Administrators;
    /// Stop an instance.
    StopInstance = "stop_instance", Write Template, Administrators;
    /// Restart an instance.
    RestartInstance = "restart_instance", Write Template, Administrators;
    /// Build what an instance serves again.
    RebuildInstance = "rebuild_instance", Write Template, Administrators;
    /// Make an instance from another version of its template.
    UpgradeInstance = "upgrade_instance", Write Template, Administrators;
    /// Show what upgrading all instances of a template would do.
    PlanRollout = "plan_rollout", Read Template, Administrators;
    /// Upgrade all instances of a template.
    StartRollout = "start_rollout", Write Template, Administrators;
    /// Show how far the upgrade of all instances of a template is.
    ShowRollout = "show_rollout", Read Template, Administrators;
    /// Cancel the upgrade of all instances of a template.
    CancelRollout = "cancel_rollout", Write Template, Administrators;
    /// Remove an instance with its volumes.
    RemoveInstance = "remove_instance", Write Template, Administrators;
    /// Hold an instance, so that it is not removed by itself.
    HoldInstance = "hold_instance", Write Template, Administrators;
    /// Release an instance that was held.
    ReleaseInstance = "release_instance", Write Template, Administrators;
    /// Show the list of keys of a template.
    ShowKeys = "show_keys", Read Template, Administrators;
    /// Say which keys of a template are still wanted, or where that can be asked.
    SetKeys = "set_keys", Write Template, Administrators;
    /// Remove the list of keys of a template.
    RemoveKeys = "remove_keys", Write Template, Administrators;
    /// List the instances that are to be removed by themselves.
    ListSweeps = "list_sweeps", Read Installation, Administrators;
    /// Show the routes to instances for nginx.
    ShowNginxRoutes = "show_nginx_routes", Read Installation, Administrators;
    /// Show the routes to instances for Caddy.
    ShowCaddyRoutes = "show_caddy_routes", Read Installation, Administrators;
    /// Show the routes to instances for Traefik.
    ShowTraefikRoutes = "show_traefik_routes", Read Installation, Administrators;
    /// Remove the instances whose time is over, carry on rollouts, and ask for lists of keys.
    LookAfterInstances = "look_after_instances", Write Installation, Only(SERVER);

    /// Save a version.
    SaveVersion = "save_version", Write Stack, Administrators;
    /// Save a version from a project folder.
    SaveVersionFromArchive = "save_version_from_archive", Write Stack, Administrators;
    /// Give a version a tag, or take it away.
    TagVersion = "tag_version", Write Stack, Administrators;
    /// List the versions of a stack.
    ListVersions = "list_versions", Read Stack, Administrators;
    /// Show a version with its files.
    ShowVersion = "show_version", Read Stack, Administrators;
    /// Compare two versions.
    DiffVersions = "diff_versions", Read Stack, Administrators;
    /// List the files of a version.
    ListVersionFiles = "list_version_files", Read Stack, Administrators;
    /// Read a file of a version.
    ShowVersionFile = "show_version_file", Read Stack, Administrators;

    /// Create a plan.
    MakePlan = "make_plan", Write Stack, Administrators;
    /// Show a plan.
    ShowPlan = "show_plan", Read Plan, Administrators;

    /// List the images on the host.
    ListImages = "list_images", Read Installation, Administrators;
    /// List the volumes on the host.
    ListVolumes = "list_volumes", Read Installation, Administrators;
    /// List the networks on the host.
    ListNetworks = "list_networks", Read Installation, Administrators;
    /// Inspect a container, with its secrets hidden.
    InspectContainer = "inspect_container", Read Container, Administrators;
    /// Inspect a container with its secrets.
    RevealSecrets = "reveal_secrets", Write Container, Administrators;
    /// List the events of the engine.
    ListEngineEvents = "list_engine_events", Read Installation, Administrators;
    /// Follow the events of the engine.
    StreamEngineEvents = "stream_engine_events", Read Installation, Administrators;
    /// Plan what pruning the host would remove.
    PlanPrune = "plan_prune", Write Installation, Administrators;
    /// Remove what nothing on the host uses.
    Prune = "prune", Write Installation, Administrators;

    /// List commands.
    ListCommands = "list_commands", Read Installation, Administrators;
    /// Show a command.
    ShowCommand = "show_command", Read Command, Administrators;
    /// Cancel a command.
    CancelCommand = "cancel_command", Write Command, Administrators;
    /// Retry a failed command.
    RetryCommand = "retry_command", Write Command, Administrators;
    /// List the events of a command.
    ListCommandEvents = "list_command_events", Read Command, Administrators;
    /// Follow the events of a command.
    StreamCommandEvents = "stream_command_events", Read Command, Administrators;

    /// List the registries with credentials.
    ListRegistries = "list_registries", Read Installation, Administrators;
    /// Show since when there are credentials for a registry.
    ShowRegistry = "show_registry", Read Registry, Administrators;
    /// Store credentials for a registry.
    StoreRegistry = "store_registry", Write Registry, Administrators;
    /// Remove the credentials of a registry.
    RemoveRegistry = "remove_registry", Write Registry, Administrators;

    /// Open a terminal in a container.
    OpenTerminal = "open_terminal", Write Container, Administrators;
    /// Run a command in a container, without a terminal.
    ExecInContainer = "exec_in_container", Write Container, Administrators;
    /// List the files in a folder of a container.
    ListContainerFiles = "list_container_files", Read Container, Administrators;
    /// Download a file of a container.
    DownloadContainerFile = "download_container_file", Read Container, Administrators;
    /// Upload a file into a container.
    UploadContainerFile = "upload_container_file", Write Container, Administrators;
    /// Download a folder of a container.
    DownloadContainerFolder = "download_container_folder", Read Container, Administrators;
    /// Upload files into a folder of a container.
    UploadContainerFolder = "upload_container_folder", Write Container, Administrators;
    /// List the files in a folder of a volume.
    ListVolumeFiles = "list_volume_files", Read Volume, Administrators;
    /// Download a file of a volume.
    DownloadVolumeFile = "download_volume_file", Read Volume, Administrators;
    /// Upload a file into a volume.
    UploadVolumeFile = "upload_volume_file", Write Volume, Administrators;
    /// Download a folder of a volume.
    DownloadVolumeFolder = "download_volume_folder", Read Volume, Administrators;
    /// Upload files into a folder of a volume.
    UploadVolumeFolder = "upload_volume_folder", Write Volume, Administrators;
    /// List the processes of a container.
    ListProcesses = "list_processes", Read Container, Administrators;

    /// Begin a session in a browser.
    SignIn = "sign_in", Write Installation, Administrators;
    /// Show the session of the request.
    ShowSession = "show_session", Read Installation, Administrators;
    /// End the session of the request.
    SignOut = "sign_out", Write Installation, Administrators;
    /// List the sessions.
    ListSessions = "list_sessions", Read Installation, Administrators;
    /// End a session.
    RevokeSession = "revoke_session", Write Session, Administrators;

    /// List the tokens.
    ListTokens = "list_tokens", Read Installation, AdministratorsAnd(SERVER);
    /// Issue a token, replacing one of the same name.
    IssueToken = "issue_token", Write Token, AdministratorsAnd(SERVER);
}

#[cfg(test)]
mod tests;
