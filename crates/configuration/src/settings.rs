//! The complete settings, with all layers merged and validated.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::guessable;
use crate::layer::Layer;
use crate::{ConfigurationError, LogFormat, MountRoots, Secret};

mod alerts;
mod bounds;
mod credential;
mod file;
mod groups;
mod openid;
mod place;
mod tls;

pub use alerts::AlertSettings;
pub use openid::OpenIdSettings;
pub use tls::TlsFiles;

/// The settings of all programs.
#[derive(Clone)]
pub struct Settings {
    /// Database URL, for example `sqlite:///var/lib/core-monitor/core-monitor.db`. May contain a password.
    pub database_url: Secret,
    /// Absolute path of the data folder.
    pub data_dir: PathBuf,
    /// Absolute path of the configuration file, if there is one.
    pub config_file: Option<PathBuf>,
    /// Absolute path of the folder with entries of the catalogue.
    pub catalog_folder: PathBuf,
    /// Absolute path of the file with the policy on what may run, if there is one.
    pub policy_file: Option<PathBuf>,
    /// Absolute path of the file that the key file is encrypted with, if there is one.
    pub key_encryption_file: Option<PathBuf>,
    /// Log filter.
    pub log: String,
    /// Log format.
    pub log_format: LogFormat,
    /// Settings of the server.
    pub server: ServerSettings,
    /// Settings of the worker.
    pub worker: WorkerSettings,
    /// Settings of the gateway.
    pub gateway: GatewaySettings,
    /// Where alerts are sent, as it was written.
    pub alerts: AlertSettings,
    /// The provider that people may sign in with.
    pub openid: OpenIdSettings,
}

/// Settings of the server.
#[derive(Clone)]
pub struct ServerSettings {
    /// Address and port to listen on; port 0 lets the system choose a port.
    pub listen: SocketAddr,
    /// The files for TLS; `None`: it speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Addresses and networks of proxies in front, with commas between them.
    pub trusted_proxies: String,
    /// Replaces the administrator's token at every start; `None` generates one at the first start.
    pub bootstrap_token: Option<BootstrapToken>,
    /// Maximum size of a request body in bytes.
    pub body_limit: usize,
    /// Maximum time to receive a request body.
    pub body_timeout: Duration,
    /// Maximum memory for the bodies and unpacked archives of all requests, in bytes.
    pub body_memory: usize,
    /// Limits for connections and event streams.
    pub connections: ConnectionSettings,
    /// How long sessions of browsers last.
    pub sessions: SessionSettings,
    /// Limits for terminals and commands in containers.
    pub terminals: TerminalSettings,
    /// Maximum size of a file or archive from or for a container, in bytes.
    pub files_limit: usize,
    /// Limits for uploaded project archives.
    pub archive: ArchiveSettings,
    /// Limits for loading a definition.
    pub compose: ComposeSettings,
    /// How many plans of each stack are kept.
    pub plans_per_stack: usize,
    /// How long a plan is kept.
    pub plan_age: Duration,
    /// Limits for uploaded artifacts.
    pub artifact: ArtifactSettings,
    /// How long what is old is kept.
    pub retention: RetentionSettings,
    /// The folders of the host that templates may mount.
    pub mount_roots: MountRoots,
    /// Maximum time for running requests to finish when the server stops.
    pub shutdown_timeout: Duration,
}

/// The administrator's token, chosen by a person.
#[derive(Clone)]
pub struct BootstrapToken {
    /// The token.
    pub secret: Secret,
    /// Where it was found.
    pub source: TokenSource,
}

/// Where a token was found. Shown as a person would look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// In the environment.
    Environment,
    /// In this configuration file.
    File(PathBuf),
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("`CORE_MONITOR_BOOTSTRAP_TOKEN`"),
            Self::File(path) => write!(f, "`bootstrap_token` in `{}`", path.display()),
        }
    }
}

/// Limits for loading a definition. Exceeding one is an error with a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComposeSettings {
    /// Size of one compose file or env file in bytes.
    pub file_bytes: usize,
    /// Total bytes of compose files; a file counts each time it is read.
    pub total_bytes: usize,
    /// Nesting of lists and mappings.
    pub depth: usize,
    /// Values written in the compose files.
    pub nodes: usize,
    /// Additional values created by aliases.
    pub alias_nodes: usize,
    /// Entries copied by merge keys, `extends` and override files.
    pub merged_entries: usize,
    /// Included files.
    pub includes: usize,
    /// Services.
    pub services: usize,
    /// Ports after expanding ranges.
    pub ports: usize,
    /// Total bytes of env files read by services.
    pub env_file_bytes: usize,
    /// Total bytes of interpolated values.
    pub interpolated_bytes: usize,
    /// Errors in one response.
    pub errors: usize,
}

/// Limits for connections and event streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// Connections.
    pub in_all: usize,
    /// Connections from one address.
    pub per_address: usize,
    /// Maximum time to receive the headers of a request.
    pub header_timeout: Duration,
    /// Maximum time between two requests.
    pub idle_timeout: Duration,
    /// Maximum time that a client may not read its response.
    pub write_timeout: Duration,
    /// Event streams of one caller.
    pub streams_per_caller: usize,
    /// Maximum age of an event stream.
    pub stream_age: Duration,
}

/// How long sessions of browsers last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionSettings {
    /// Without being used.
    pub idle: Duration,
    /// However much they are used.
    pub age: Duration,
}

/// Limits for terminals and commands in containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalSettings {
    /// Whether there are any.
    pub allowed: bool,
    /// Maximum time in which nothing is typed or printed.
    pub idle: Duration,
    /// Maximum age.
    pub age: Duration,
    /// Maximum number of one caller.
    pub per_caller: usize,
}

/// Limits for an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveSettings {
    /// Size of the archive in bytes.
    pub packed: usize,
    /// Total size of its files in bytes.
    pub unpacked: usize,
    /// Files, folders and links.
    pub members: usize,
    /// Length of a path in bytes.
    pub path: usize,
    /// Maximum time to receive it.
    pub timeout: Duration,
}

/// Limits for an uploaded artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArtifactSettings {
    /// Its size in bytes.
    pub limit: usize,
    /// Maximum time to receive it.
    pub timeout: Duration,
}

/// How long what is old is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionSettings {
    /// Commands that are over, in the database.
    pub commands: Duration,
    /// The audit, in the database.
    pub audit: Duration,
    /// Record files.
    pub records: Duration,
    /// Artifacts that no version names.
    pub artifacts: Duration,
    /// The files of deleted stacks.
    pub deleted: Duration,
}

/// Settings of the worker.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Address of the Docker Engine: `unix://...` or `tcp://...`.
    pub docker_host: String,
    /// Absolute path of the folder with the files for TLS to the engine.
    pub docker_cert_path: Option<PathBuf>,
    /// How long a container without a health check must stay up to count as ready.
    pub stable_for: Duration,
    /// Maximum number of steps of one plan that run in parallel, at least 1.
    pub parallelism: usize,
    /// How long the lease lasts without being renewed.
    pub lease_ttl: Duration,
    /// How long a command keeps retrying while the engine or a registry has temporary failures.
    pub retry_budget: Duration,
    /// What a failed command holds up.
    pub failure_scope: String,
    /// Timeouts of single operations.
    pub deadlines: Deadlines,
    /// Interval between two full observations of the engine.
    pub observe_every: Duration,
    /// What is kept of what containers and the host use; `None`: it is not measured.
    pub statistics: Option<StatisticsSettings>,
    /// Networks that build steps may use.
    pub build_networks: String,
    /// What happens if a build would move the name of an image that others use.
    pub build_foreign_tags: String,
    /// Patterns of the stacks that may mount the engine's socket, with commas between them.
    pub socket_stacks: String,
}

/// Settings of the gateway.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// Where it takes HTTP; port 0 lets the system choose a port.
    pub listen: SocketAddr,
    /// Where it takes HTTPS, if there are certificates.
    pub listen_tls: SocketAddr,
    /// Where it shows its metrics and health.
    pub admin: SocketAddr,
    /// Absolute path of the folder with certificates and keys.
    pub certificates: PathBuf,
    /// Absolute path of the folder with themes.
    pub themes: PathBuf,
    /// Whether HTTP is answered with a redirect to HTTPS.
    pub redirect: bool,
    /// Addresses and networks of proxies in front, with commas between them.
    pub trusted_proxies: String,
    /// Whether these may choose a service by its name.
    pub service_headers: bool,
    /// Whether these begin their connections with the PROXY protocol.
    pub proxy_protocol: bool,
    /// How many threads carry requests; 0 for one for each processor.
    pub threads: usize,
    /// How many services start at once, at least 1.
    pub starts: usize,
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub connections_per_address: usize,
    /// Whether every request is logged.
    pub access_log: bool,
}

/// What is kept of what containers and the host use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatisticsSettings {
    /// Bytes in memory, for the last hour.
    pub memory: usize,
    /// Bytes in the database, for the last 14 days.
    pub disk: usize,
}

/// Timeouts of single operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Pulling one image.
    pub pull: Duration,
    /// Building one image.
    pub build: Duration,
    /// One lifecycle hook.
    pub hook: Duration,
    /// Any other write to the engine, not counting grace periods.
    pub operation: Duration,
    /// Waiting for one container to become healthy or stable.
    pub ready: Duration,
    /// Waiting for one job to finish.
    pub completion: Duration,
}

impl Settings {
    /// All layers merged: `flags` over the environment over the file that `config` or the environment names.
    pub(crate) fn from_sources(
        flags: Layer,
        config: Option<PathBuf>,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigurationError> {
        let environment = Layer::from_environment(lookup)?;
        let path = config.or_else(|| lookup("CORE_MONITOR_CONFIG").map(PathBuf::from));
        let file = path.as_deref().map(file::read).transpose()?.unwrap_or_default();
        let source = match (&environment.bootstrap_token, &path) {
            (None, Some(path)) => TokenSource::File(path.clone()),
            _ => TokenSource::Environment,
        };
        let settings = Self::from_layer(flags.over(environment).over(file), source, lookup)?;
        // It was read, so there is a working folder that it is relative to.
        let config_file = path.map(|path| std::path::absolute(&path).unwrap_or(path));
        Ok(Self { config_file, ..settings })
    }

    fn from_layer(
        mut layer: Layer,
        source: TokenSource,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigurationError> {
        let values = layer.values()?;
        let alerts = AlertSettings::of(&layer);
        let data_dir = match layer.data_dir.take() {
            Some(path) if path.is_absolute() => path,
            Some(path) => return Err(ConfigurationError::RelativeDataDir(path)),
            None => place::default_data_dir(rustix::process::geteuid().is_root(), lookup)?,
        };
        let openid = OpenIdSettings::of(&layer, &values, &data_dir);
        let catalog = layer.catalog_folder.unwrap_or_else(|| PathBuf::from("catalog"));
        let in_data_dir =
            |path: Option<PathBuf>, name: &str| data_dir.join(path.unwrap_or_else(|| PathBuf::from(name)));
        let certificates = in_data_dir(layer.gateway_certificates, "certificates");
        let themes = in_data_dir(layer.gateway_themes, "themes");
        let mount_roots = layer.mount_roots.unwrap_or_default();
        let token = layer.bootstrap_token.map(|secret| BootstrapToken { secret, source });
        let tls = tls::files(layer.tls_certificate, layer.tls_key, &data_dir)?;
        let docker_cert_path = layer.docker_cert_path.map(|folder| data_dir.join(folder));
        Ok(Self {
            server: ServerSettings::of(&values, token.map(hard_to_guess).transpose()?, mount_roots, tls)?,
            worker: WorkerSettings::of(&values, layer.socket_stacks.unwrap_or_default(), docker_cert_path)?,
            gateway: GatewaySettings::of(&values, certificates, themes)?,
            alerts,
            openid,
            database_url: layer.database_url.unwrap_or_else(|| place::default_database(&data_dir)),
            catalog_folder: data_dir.join(catalog),
            config_file: None,
            policy_file: layer.policy_file.map(|file| data_dir.join(file)),
            key_encryption_file: layer
                .key_encryption_file
                .map(|file| credential::place(file, &data_dir, lookup)),
            data_dir,
            log: values.log,
            log_format: values.log_format,
        })
    }
}

fn hard_to_guess(token: BootstrapToken) -> Result<BootstrapToken, ConfigurationError> {
    match guessable::reason(token.secret.expose()) {
        Some(reason) => Err(ConfigurationError::WeakToken { place: token.source, reason }),
        None => Ok(token),
    }
}

#[cfg(test)]
mod tests;
