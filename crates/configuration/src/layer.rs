//! One layer of settings: what the flags, the environment or the file say, each with most of it left open.

use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

use crate::{ByteSize, ConfigurationError, HumanDuration, ListenAddress, LogFormat, Program, Secret};

/// What there is to say about a setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// In the file.
    pub name: &'static str,
    /// In the environment.
    pub variable: &'static str,
    /// The only program that has it; `None`: both.
    pub program: Option<Program>,
    /// When nobody sets it.
    pub default: &'static str,
    /// What it is.
    pub about: &'static str,
}

/// One line per setting: name, type, variable, program, default. The doc comment is the flag's help and the manual's text.
macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty, $variable:literal, $program:expr, $default:literal;)*) => {
        /// Every setting but the file's own path and the secrets, which have no flag.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            name: stringify!($name),
            variable: $variable,
            program: $program,
            default: $default,
            about: concat!($($doc),+).trim_ascii(),
        },)*];

        /// What one source says.
        #[derive(Clone, Default, clap::Args, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct Layer {
            $($(#[doc = $doc])+ #[arg(long)] pub(crate) $name: Option<$type>,)*
            /// No flag: everybody on the machine can read a command line.
            #[arg(skip)]
            pub(crate) bootstrap_token: Option<Secret>,
            /// No flag, since it may hold a password.
            #[arg(skip)]
            pub(crate) database_url: Option<Secret>,
        }

        impl Layer {
            /// Reads the environment through `lookup`. An empty variable counts as unset.
            pub(crate) fn from_environment(
                lookup: &dyn Fn(&str) -> Option<String>,
            ) -> Result<Self, ConfigurationError> {
                Ok(Self {
                    $($name: variable(lookup, $variable)?,)*
                    bootstrap_token: variable(lookup, "CORE_MONITOR_BOOTSTRAP_TOKEN")?,
                    database_url: variable(lookup, "CORE_MONITOR_DATABASE_URL")?,
                })
            }

            /// What this layer leaves open is taken from `lower`.
            pub(crate) fn over(self, lower: Self) -> Self {
                Self {
                    $($name: self.$name.or(lower.$name),)*
                    bootstrap_token: self.bootstrap_token.or(lower.bootstrap_token),
                    database_url: self.database_url.or(lower.database_url),
                }
            }
        }
    };
}

settings! {
    /// Folder for the database, the token file and the files of stacks.
    data_dir: PathBuf, "CORE_MONITOR_DATA_DIR", None,
        "`/var/lib/core-monitor` for root, else `core-monitor` in `$XDG_STATE_HOME` or `~/.local/state`";
    /// What to log: a level, or `target=level` pairs.
    log: String, "CORE_MONITOR_LOG", None, "info";
    /// Form of the log: `text` or `json`.
    log_format: LogFormat, "CORE_MONITOR_LOG_FORMAT", None, "text";
    /// Address and port to listen on.
    listen: ListenAddress, "CORE_MONITOR_LISTEN", Some(Program::Server), "127.0.0.1:8080";
    /// Largest accepted request body.
    body_limit: ByteSize, "CORE_MONITOR_BODY_LIMIT", Some(Program::Server), "1MiB";
    /// Longest time a request body may take to arrive.
    body_timeout: HumanDuration, "CORE_MONITOR_BODY_TIMEOUT", Some(Program::Server), "30s";
    /// Largest accepted archive of a project folder.
    archive_limit: ByteSize, "CORE_MONITOR_ARCHIVE_LIMIT", Some(Program::Server), "64MiB";
    /// Most bytes that the files of an archive may have together.
    archive_unpacked: ByteSize, "CORE_MONITOR_ARCHIVE_UNPACKED", Some(Program::Server), "256MiB";
    /// Most files, folders and links that an archive may have.
    archive_members: usize, "CORE_MONITOR_ARCHIVE_MEMBERS", Some(Program::Server), "10000";
    /// Longest path in an archive, in bytes.
    archive_path: usize, "CORE_MONITOR_ARCHIVE_PATH", Some(Program::Server), "512";
    /// Longest time an archive may take to arrive.
    archive_timeout: HumanDuration, "CORE_MONITOR_ARCHIVE_TIMEOUT", Some(Program::Server), "10m";
    /// Largest compose file or env file.
    compose_file_bytes: ByteSize, "CORE_MONITOR_COMPOSE_FILE_BYTES", Some(Program::Server), "4MiB";
    /// Most bytes of all compose files of a definition, each counted as often as it is read.
    compose_total_bytes: ByteSize, "CORE_MONITOR_COMPOSE_TOTAL_BYTES", Some(Program::Server), "16MiB";
    /// Most levels of lists and mappings inside each other, from 8 to 128.
    compose_depth: usize, "CORE_MONITOR_COMPOSE_DEPTH", Some(Program::Server), "64";
    /// Most values written in all compose files of a definition.
    compose_nodes: usize, "CORE_MONITOR_COMPOSE_NODES", Some(Program::Server), "250000";
    /// Most values that aliases may make of them.
    compose_alias_nodes: usize, "CORE_MONITOR_COMPOSE_ALIAS_NODES", Some(Program::Server), "200000";
    /// Most entries that merge keys, `extends` and further files may copy.
    compose_merged_entries: usize, "CORE_MONITOR_COMPOSE_MERGED_ENTRIES", Some(Program::Server), "200000";
    /// Most files that `include` may take in.
    compose_includes: usize, "CORE_MONITOR_COMPOSE_INCLUDES", Some(Program::Server), "200";
    /// Most services of a definition.
    compose_services: usize, "CORE_MONITOR_COMPOSE_SERVICES", Some(Program::Server), "10000";
    /// Most ports that the ranges of a definition may stand for.
    compose_ports: usize, "CORE_MONITOR_COMPOSE_PORTS", Some(Program::Server), "200000";
    /// Most bytes of env files that the services of a definition may read together.
    compose_env_file_bytes: ByteSize, "CORE_MONITOR_COMPOSE_ENV_FILE_BYTES", Some(Program::Server), "4MiB";
    /// Most bytes that variables may become in a definition.
    compose_interpolated_bytes: ByteSize, "CORE_MONITOR_COMPOSE_INTERPOLATED_BYTES", Some(Program::Server), "16MiB";
    /// Most errors that one answer tells of.
    compose_errors: usize, "CORE_MONITOR_COMPOSE_ERRORS", Some(Program::Server), "100";
    /// Longest time that requests get to end when the server is stopped.
    shutdown_timeout: HumanDuration, "CORE_MONITOR_SHUTDOWN_TIMEOUT", Some(Program::Server), "30s";
    /// Where the Docker Engine listens.
    docker_host: String, "DOCKER_HOST", Some(Program::Worker), "unix:///var/run/docker.sock";
    /// How long a container without a health check must stay up to count as ready.
    stable_for: HumanDuration, "CORE_MONITOR_STABLE_FOR", Some(Program::Worker), "5s";
    /// How many steps of one plan may run side by side.
    parallelism: usize, "CORE_MONITOR_PARALLELISM", Some(Program::Worker), "8";
    /// How long the right to work lasts without being renewed.
    lease_ttl: HumanDuration, "CORE_MONITOR_LEASE_TTL", Some(Program::Worker), "10s";
    /// How long a command goes on trying while the engine or a registry fails for a time.
    retry_budget: HumanDuration, "CORE_MONITOR_RETRY_BUDGET", Some(Program::Worker), "5m";
    /// Deadline of fetching one image.
    pull_timeout: HumanDuration, "CORE_MONITOR_PULL_TIMEOUT", Some(Program::Worker), "30m";
    /// Deadline of one lifecycle hook.
    hook_timeout: HumanDuration, "CORE_MONITOR_HOOK_TIMEOUT", Some(Program::Worker), "10m";
    /// Deadline of building one image.
    build_timeout: HumanDuration, "CORE_MONITOR_BUILD_TIMEOUT", Some(Program::Worker), "1h";
    /// Deadline of any other single write to the engine, grace periods come on top.
    operation_timeout: HumanDuration, "CORE_MONITOR_OPERATION_TIMEOUT", Some(Program::Worker), "2m";
    /// Deadline of waiting until one container is healthy or stable.
    ready_timeout: HumanDuration, "CORE_MONITOR_READY_TIMEOUT", Some(Program::Worker), "10m";
    /// Deadline of waiting until one job has ended.
    completion_timeout: HumanDuration, "CORE_MONITOR_COMPLETION_TIMEOUT", Some(Program::Worker), "1h";
    /// Time between two full looks at the engine, when no event asks for one earlier.
    observe_every: HumanDuration, "CORE_MONITOR_OBSERVE_EVERY", Some(Program::Worker), "10s";
}

fn variable<T: FromStr<Err: ToString>>(
    lookup: &dyn Fn(&str) -> Option<String>,
    name: &'static str,
) -> Result<Option<T>, ConfigurationError> {
    match lookup(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|error: T::Err| ConfigurationError::Environment {
            variable: name,
            reason: error.to_string(),
        }),
    }
}
