//! Access control: one table of all actions, and one function that decides.
//!
//! Every use case of the server calls [`decide`] before it reads anything, and the security section of the HTTP API
//! document is generated from the same table.

use serde::{Deserialize, Serialize};

use crate::actor::SystemPart;

mod action;
mod audience;
mod decision;
mod grant;
mod resource;
mod role;
mod stack_selector;
mod table;

use audience::{Audience, Reach};
use table::{Mode, actions};

pub use action::ActionError;
pub use decision::{Decision, Forbidden, Refusal, decide, decide_name, needs_target, role_for};
pub use grant::{Grant, Scope, Target, Visible};
pub use resource::{Resource, ResourceError, ResourceKind};
pub use role::{Permission, PermissionError, Role, RoleError};
pub use stack_selector::{StackPattern, StackPatternError, StackSelector, StackSelectorError};

const VIEWER: Audience = Audience::role(Role::Viewer);
const OPERATOR: Audience = Audience::role(Role::Operator);
const DEPLOYER: Audience = Audience::role(Role::Deployer);
const ADMINISTRATOR: Audience = Audience::role(Role::Administrator);
const SERVER: &[SystemPart] = &[SystemPart::Server];
const ON_DEMAND: &[SystemPart] = &[SystemPart::Server, SystemPart::Gateway];

actions! {
    /// Read the metrics.
    ShowMetrics = "show_metrics", Read Installation, VIEWER;
    /// Show what all containers and the host use.
    ShowStatistics = "show_statistics", Read Installation, VIEWER;
    /// Follow what all containers and the host use.
    StreamStatistics = "stream_statistics", Read Installation, VIEWER;
    /// Show what the containers of a stack use.
    ShowStackStatistics = "show_stack_statistics", Read Stack, VIEWER;
    /// Show what the containers of a stack used.
    ShowStackStatisticsHistory = "show_stack_statistics_history", Read Stack, VIEWER;
    /// Show what the host uses.
    ShowHost = "show_host", Read Installation, VIEWER;
    /// Show what the engine's objects take on its disk.
    ShowDiskUsage = "show_disk_usage", Read Installation, VIEWER;
    /// List the events of all commands.
    ListEvents = "list_events", Read Installation, VIEWER.anywhere();
    /// Follow the events of all commands.
    StreamEvents = "stream_events", Read Installation, VIEWER.anywhere();
    /// List who changed credentials, tokens and settings.
    ListAudit = "list_audit", Read Installation, ADMINISTRATOR;
    /// Export the audit.
    ExportAudit = "export_audit", Read Installation, ADMINISTRATOR;
    /// Verify that the audit is as it was written.
    VerifyAudit = "verify_audit", Read Installation, ADMINISTRATOR;
    /// Show the policy on what may run.
    ShowPolicy = "show_policy", Read Installation, ADMINISTRATOR;
    /// Replace the policy on what may run.
    ReplacePolicy = "replace_policy", Write Installation, ADMINISTRATOR;
    /// Try what the policy would refuse.
    TryPolicy = "try_policy", Read Installation, ADMINISTRATOR;
    /// Show what the installation is made of.
    ShowAbout = "show_about", Read Installation, VIEWER.anywhere();
    /// Show what needs attention.
    ShowOverview = "show_overview", Read Installation, VIEWER.anywhere();
    /// List the last alerts and the channels that they are sent to.
    ListAlerts = "list_alerts", Read Installation, VIEWER;
    /// Send an alert that says only that alerts arrive.
    SendTestAlert = "send_test_alert", Write Installation, ADMINISTRATOR;
    /// Look for what is worth an alert.
    WatchForAlerts = "watch_for_alerts", Read Installation, Audience::only(SERVER);
    /// Follow everything that changes.
    StreamChanges = "stream_changes", Read Installation, VIEWER.anywhere();
    /// Show what can be written in a compose file.
    ShowComposeSchema = "show_compose_schema", Read Installation, VIEWER.anywhere();
    /// Show how long things are kept and how much there is of them.
    ShowSettings = "show_settings", Read Installation, VIEWER;
    /// Show the heads of the queue.
    ShowQueue = "show_queue", Read Installation, VIEWER;

    /// List the compose projects on the host.
    ListProjects = "list_projects", Read Installation, VIEWER;
    /// Show what an import of a running project would save.
    ShowProjectDefinition = "show_project_definition", Read Project, ADMINISTRATOR;
    /// Import a running project as a stack.
    ImportProject = "import_project", Write Project, ADMINISTRATOR;
    /// Convert a `docker run` command to a compose file.
    ConvertDockerRun = "convert_docker_run", Read Installation, VIEWER.anywhere();
    /// Convert the configuration of an autostart proxy to definitions.
    ConvertAutostart = "convert_autostart", Read Installation, VIEWER.anywhere();
    /// Check a definition without saving it.
    LintDefinition = "lint_definition", Read Installation, DEPLOYER.anywhere();
    /// Check a project folder without saving it.
    LintArchive = "lint_archive", Read Installation, DEPLOYER.anywhere();

    /// List what the wizard can put into a stack.
    ListCatalog = "list_catalog", Read Installation, VIEWER.anywhere();
    /// Show an entry of the catalogue.
    ShowCatalogEntry = "show_catalog_entry", Read Installation, VIEWER.anywhere();
    /// Make entries of the catalogue from templates of others.
    ImportTemplates = "import_templates", Read Installation, VIEWER.anywhere();
    /// Show what choices become.
    DraftWizard = "draft_wizard", Read Installation, DEPLOYER;
    /// Save what choices become, as a new stack or a new version.
    SaveWizard = "save_wizard", Write Installation, DEPLOYER;
    /// Open the wizard on a version.
    OpenWizard = "open_wizard", Read Stack, DEPLOYER;

    /// List the stacks.
    ListStacks = "list_stacks", Read Installation, VIEWER.anywhere();
    /// Create a stack.
    CreateStack = "create_stack", Write Installation, DEPLOYER.anywhere();
    /// Create a stack from a project folder.
    CreateStackFromArchive = "create_stack_from_archive", Write Installation, DEPLOYER.anywhere();
    /// Show a stack.
    ShowStack = "show_stack", Read Stack, VIEWER;
    /// Show the status of a stack.
    ShowStackStatus = "show_stack_status", Read Stack, VIEWER;
    /// Propose a definition that says what runs.
    ProposeDefinition = "propose_definition", Read Stack, DEPLOYER;
    /// Change the settings of a stack.
    ChangeStack = "change_stack", Write Stack, DEPLOYER;
    /// Set the labels of a stack, which grants can be for.
    SetStackLabels = "set_stack_labels", Write Stack, ADMINISTRATOR;
    /// List the containers of a stack.
    ListStackContainers = "list_stack_containers", Read Stack, VIEWER;
    /// List the containers of all stacks.
    ListContainers = "list_containers", Read Installation, VIEWER.anywhere();
    /// Read the logs of a stack.
    ShowStackLogs = "show_stack_logs", Read Stack, OPERATOR;
    /// Read the logs of a container.
    ShowContainerLogs = "show_container_logs", Read Container, OPERATOR;
    /// Converge a stack to a version.
    ApplyVersion = "apply_version", Write Stack, DEPLOYER;
    /// Converge a stack to an earlier version with the images it used.
    RollBackToVersion = "roll_back_to_version", Write Stack, DEPLOYER;
    /// Put an application artifact into the running containers of a service.
    DeployArtifact = "deploy_artifact", Write Stack, DEPLOYER;
    /// List the stored artifacts.
    ListArtifacts = "list_artifacts", Read Installation, VIEWER;
    /// Change how many containers a service has.
    ScaleService = "scale_service", Write Stack, DEPLOYER;
    /// Start what is stopped.
    StartStack = "start_stack", Write Stack, OPERATOR;
    /// Stop what runs.
    StopStack = "stop_stack", Write Stack, OPERATOR;
    /// Restart what is running.
    RestartStack = "restart_stack", Write Stack, OPERATOR;
    /// List the services that wake on demand.
    ListOnDemand = "list_on_demand", Read Installation, VIEWER;
    /// Show what services that wake on demand use, save and should be set to.
    ShowOnDemandReport = "show_on_demand_report", Read Installation, VIEWER;
    /// Show the same as a table of text.
    ShowOnDemandTable = "show_on_demand_table", Read Installation, VIEWER;
    /// Show how a service wakes and sleeps.
    ShowOnDemandService = "show_on_demand_service", Read Stack, VIEWER;
    /// Set the times of a service that wakes on demand, or keep it awake.
    SetOnDemandService = "set_on_demand_service", Write Stack, OPERATOR;
    /// Wake a service.
    WakeService = "wake_service", Write Stack, OPERATOR;
    /// Put a service to sleep.
    PutServiceToSleep = "put_service_to_sleep", Write Stack, OPERATOR;
    /// Start a sleeping stack because of a request to it.
    WakeStack = "wake_stack", Write Stack, Audience::only(ON_DEMAND);
    /// Stop an idle stack.
    PutStackToSleep = "put_stack_to_sleep", Write Stack, Audience::only(ON_DEMAND);
    /// Plan what deleting a stack would take away.
    PlanDelete = "plan_delete", Write Stack, DEPLOYER;
    /// Delete a stack and its objects on the engine.
    DeleteStack = "delete_stack", Write Stack, DEPLOYER;

    /// List the templates.
    ListTemplates = "list_templates", Read Installation, VIEWER.anywhere();
    /// Show a template.
    ShowTemplate = "show_template", Read Template, VIEWER;
    /// List the versions of a template.
    ListTemplateVersions = "list_template_versions", Read Template, VIEWER;
    /// Show a version of a template.
    ShowTemplateVersion = "show_template_version", Read Template, VIEWER;
    /// Show a file of a version of a template.
    ShowTemplateFile = "show_template_file", Read Template, VIEWER;
    /// Compare two versions of a template.
    DiffTemplateVersions = "diff_template_versions", Read Template, VIEWER;
    /// Show what a template becomes with values.
    RenderTemplate = "render_template", Read Template, DEPLOYER;
    /// Convert templates of others to templates.
    ConvertTemplates = "convert_templates", Read Installation, VIEWER.anywhere();
    /// Create a template.
    CreateTemplate = "create_template", Write Installation, DEPLOYER.anywhere();
    /// Create a template from a project folder.
    CreateTemplateFromArchive = "create_template_from_archive", Write Installation, DEPLOYER.anywhere();
    /// Save a version of a template.
    SaveTemplateVersion = "save_template_version", Write Template, DEPLOYER;
    /// Save a version of a template from a project folder.
    SaveTemplateVersionFromArchive = "save_template_version_from_archive", Write Template, DEPLOYER;
    /// Delete a template.
    DeleteTemplate = "delete_template", Write Template, DEPLOYER;
    /// List the instances of a template.
    ListInstances = "list_instances", Read Template, VIEWER;
    /// Show an instance.
    ShowInstance = "show_instance", Read Template, VIEWER;
    /// Launch an instance, or start it again.
    LaunchInstance = "launch_instance", Write Template, DEPLOYER;
    /// Start an instance.
    StartInstance = "start_instance", Write Template, OPERATOR;
    /// Stop an instance.
    StopInstance = "stop_instance", Write Template, OPERATOR;
    /// Restart an instance.
    RestartInstance = "restart_instance", Write Template, OPERATOR;
    /// Build what an instance serves again.
    RebuildInstance = "rebuild_instance", Write Template, DEPLOYER;
    /// Make an instance from another version of its template.
    UpgradeInstance = "upgrade_instance", Write Template, DEPLOYER;
    /// Show what upgrading all instances of a template would do.
    PlanRollout = "plan_rollout", Read Template, DEPLOYER;
    /// Upgrade all instances of a template.
    StartRollout = "start_rollout", Write Template, DEPLOYER;
    /// Show how far the upgrade of all instances of a template is.
    ShowRollout = "show_rollout", Read Template, VIEWER;
    /// Cancel the upgrade of all instances of a template.
    CancelRollout = "cancel_rollout", Write Template, DEPLOYER;
    /// Remove an instance with its volumes.
    RemoveInstance = "remove_instance", Write Template, DEPLOYER;
    /// Hold an instance, so that it is not removed by itself.
    HoldInstance = "hold_instance", Write Template, OPERATOR;
    /// Release an instance that was held.
    ReleaseInstance = "release_instance", Write Template, OPERATOR;
    /// Show the list of keys of a template.
    ShowKeys = "show_keys", Read Template, VIEWER;
    /// Say which keys of a template are still wanted, or where that can be asked.
    SetKeys = "set_keys", Write Template, DEPLOYER;
    /// Remove the list of keys of a template.
    RemoveKeys = "remove_keys", Write Template, DEPLOYER;
    /// List the instances that are to be removed by themselves.
    ListSweeps = "list_sweeps", Read Installation, VIEWER;
    /// Show the routes to instances for nginx.
    ShowNginxRoutes = "show_nginx_routes", Read Installation, VIEWER;
    /// Show the routes to instances for Caddy.
    ShowCaddyRoutes = "show_caddy_routes", Read Installation, VIEWER;
    /// Show the routes to instances for Traefik.
    ShowTraefikRoutes = "show_traefik_routes", Read Installation, VIEWER;
    /// Remove the instances whose time is over, carry on rollouts, and ask for lists of keys.
    LookAfterInstances = "look_after_instances", Write Installation, Audience::only(SERVER);

    /// Save a version.
    SaveVersion = "save_version", Write Stack, DEPLOYER;
    /// Save a version from a project folder.
    SaveVersionFromArchive = "save_version_from_archive", Write Stack, DEPLOYER;
    /// Give a version a tag, or take it away.
    TagVersion = "tag_version", Write Stack, DEPLOYER;
    /// List the versions of a stack.
    ListVersions = "list_versions", Read Stack, VIEWER;
    /// Show a version with its files.
    ShowVersion = "show_version", Read Stack, VIEWER;
    /// Compare two versions.
    DiffVersions = "diff_versions", Read Stack, VIEWER;
    /// List the files of a version.
    ListVersionFiles = "list_version_files", Read Stack, VIEWER;
    /// Read a file of a version.
    ShowVersionFile = "show_version_file", Read Stack, VIEWER;

    /// Create a plan.
    MakePlan = "make_plan", Write Stack, DEPLOYER;
    /// Show a plan.
    ShowPlan = "show_plan", Read Plan, VIEWER;

    /// List the images on the host.
    ListImages = "list_images", Read Installation, VIEWER;
    /// List the volumes on the host.
    ListVolumes = "list_volumes", Read Installation, VIEWER;
    /// List the networks on the host.
    ListNetworks = "list_networks", Read Installation, VIEWER;
    /// Inspect a container, with its secrets hidden.
    InspectContainer = "inspect_container", Read Container, VIEWER;
    /// Inspect a container with its secrets.
    RevealSecrets = "reveal_secrets", Write Container, OPERATOR.with(Permission::Secrets);
    /// List the events of the engine.
    ListEngineEvents = "list_engine_events", Read Installation, VIEWER;
    /// Follow the events of the engine.
    StreamEngineEvents = "stream_engine_events", Read Installation, VIEWER;
    /// Plan what pruning the host would remove.
    PlanPrune = "plan_prune", Write Installation, ADMINISTRATOR;
    /// Remove what nothing on the host uses.
    Prune = "prune", Write Installation, ADMINISTRATOR;

    /// List commands.
    ListCommands = "list_commands", Read Installation, VIEWER.anywhere();
    /// Show a command.
    ShowCommand = "show_command", Read Command, VIEWER;
    /// Cancel a command.
    CancelCommand = "cancel_command", Write Command, OPERATOR;
    /// Retry a failed command.
    RetryCommand = "retry_command", Write Command, OPERATOR;
    /// List the events of a command.
    ListCommandEvents = "list_command_events", Read Command, VIEWER;
    /// Follow the events of a command.
    StreamCommandEvents = "stream_command_events", Read Command, VIEWER;

    /// List the registries with credentials.
    ListRegistries = "list_registries", Read Installation, VIEWER;
    /// Show since when there are credentials for a registry.
    ShowRegistry = "show_registry", Read Registry, VIEWER;
    /// Store credentials for a registry.
    StoreRegistry = "store_registry", Write Registry, ADMINISTRATOR;
    /// Remove the credentials of a registry.
    RemoveRegistry = "remove_registry", Write Registry, ADMINISTRATOR;

    /// List the named secrets.
    ListSecrets = "list_secrets", Read Installation, VIEWER;
    /// Show a named secret with its versions.
    ShowSecret = "show_secret", Read Secret, VIEWER;
    /// Create a named secret.
    CreateSecret = "create_secret", Write Secret, DEPLOYER;
    /// Change what a named secret is for, and which stacks may use it.
    ChangeSecret = "change_secret", Write Secret, DEPLOYER;
    /// Give a named secret another value.
    AddSecretVersion = "add_secret_version", Write Secret, DEPLOYER;
    /// Read the value of a named secret.
    ReadSecretValue = "read_secret_value", Read Secret, OPERATOR.with(Permission::Secrets);
    /// Delete a named secret.
    DeleteSecret = "delete_secret", Write Secret, DEPLOYER;
    /// Open a terminal in a container.
    OpenTerminal = "open_terminal", Write Container, OPERATOR.with(Permission::Terminal);
    /// Run a command in a container, without a terminal.
    ExecInContainer = "exec_in_container", Write Container, OPERATOR.with(Permission::Terminal);
    /// List the files in a folder of a container.
    ListContainerFiles = "list_container_files", Read Container, VIEWER.with(Permission::Files);
    /// Download a file of a container.
    DownloadContainerFile = "download_container_file", Read Container, VIEWER.with(Permission::Files);
    /// Upload a file into a container.
    UploadContainerFile = "upload_container_file", Write Container, OPERATOR.with(Permission::Files);
    /// Download a folder of a container.
    DownloadContainerFolder = "download_container_folder", Read Container, VIEWER.with(Permission::Files);
    /// Upload files into a folder of a container.
    UploadContainerFolder = "upload_container_folder", Write Container, OPERATOR.with(Permission::Files);
    /// List the files in a folder of a volume.
    ListVolumeFiles = "list_volume_files", Read Volume, VIEWER.with(Permission::Files);
    /// Download a file of a volume.
    DownloadVolumeFile = "download_volume_file", Read Volume, VIEWER.with(Permission::Files);
    /// Upload a file into a volume.
    UploadVolumeFile = "upload_volume_file", Write Volume, OPERATOR.with(Permission::Files);
    /// Download a folder of a volume.
    DownloadVolumeFolder = "download_volume_folder", Read Volume, VIEWER.with(Permission::Files);
    /// Upload files into a folder of a volume.
    UploadVolumeFolder = "upload_volume_folder", Write Volume, OPERATOR.with(Permission::Files);
    /// List the processes of a container.
    ListProcesses = "list_processes", Read Container, OPERATOR;
    /// Create the first user.
    SetUp = "set_up", Write Installation, Audience::only(SERVER);
    /// Choose the password of the user that an invitation is for.
    AcceptInvitation = "accept_invitation", Write Installation, Audience::only(SERVER);
    /// Take somebody in who comes from the provider of identities.
    SignInWithProvider = "sign_in_with_provider", Write Installation, Audience::only(SERVER);
    /// Begin a session in a browser.
    SignIn = "sign_in", Write Installation, VIEWER.anywhere();
    /// Show the session of the request.
    ShowSession = "show_session", Read Installation, VIEWER.anywhere();
    /// End the session of the request.
    SignOut = "sign_out", Write Installation, VIEWER.anywhere();
    /// List the sessions.
    ListSessions = "list_sessions", Read Installation, VIEWER.anywhere();
    /// End a session.
    RevokeSession = "revoke_session", Write Session, VIEWER.anywhere();
    /// List the users.
    ListUsers = "list_users", Read Installation, ADMINISTRATOR;
    /// Invite somebody as a user.
    InviteUser = "invite_user", Write User, ADMINISTRATOR;
    /// Invite a user again, who then chooses another password.
    RenewInvitation = "renew_invitation", Write User, ADMINISTRATOR;
    /// Change what is granted to a user.
    SetUserGrants = "set_user_grants", Write User, ADMINISTRATOR;
    /// Remove a user.
    RemoveUser = "remove_user", Write User, ADMINISTRATOR;
    /// Show who is asking and what was granted to them.
    ShowAccount = "show_account", Read Installation, VIEWER.anywhere();
    /// Change the own password.
    ChangePassword = "change_password", Write Installation, VIEWER.anywhere();
    /// Get a secret for one-time codes.
    DraftTotp = "draft_totp", Read Installation, VIEWER.anywhere();
    /// Ask for one-time codes from now on.
    SetUpTotp = "set_up_totp", Write Installation, VIEWER.anywhere();
    /// Ask for them no more.
    RemoveTotp = "remove_totp", Write Installation, VIEWER.anywhere();
    /// List the tokens.
    ListTokens = "list_tokens", Read Installation, ADMINISTRATOR.or(SERVER);
    /// Issue a token.
    IssueToken = "issue_token", Write Token, ADMINISTRATOR.or(SERVER);
    /// Give a token another secret.
    RotateToken = "rotate_token", Write Token, ADMINISTRATOR;
    /// Revoke a token.
    RevokeToken = "revoke_token", Write Token, ADMINISTRATOR;
}

#[cfg(test)]
mod tests;
