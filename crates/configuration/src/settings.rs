//! The settings with nothing left open.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args as _, FromArgMatches as _};

use crate::layer::{Layer, SETTINGS};
use crate::{ConfigurationError, HumanDuration, LogFormat, Program, Secret};

/// Everything both programs need to know.
#[derive(Clone)]
pub struct Settings {
    /// Where the state is kept, e.g. `sqlite:///var/lib/core-monitor/core-monitor.db`. May hold a password.
    pub database_url: Secret,
    /// Absolute path of the data folder.
    pub data_dir: PathBuf,
    /// What to log.
    pub log: String,
    /// Form of the log.
    pub log_format: LogFormat,
    /// Of the server.
    pub server: ServerSettings,
    /// Of the worker.
    pub worker: WorkerSettings,
}

/// What only the server needs to know.
#[derive(Clone)]
pub struct ServerSettings {
    /// Address and port to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Replaces the administrator's token at every start; `None`: one is made at the first start.
    pub bootstrap_token: Option<Secret>,
    /// Largest accepted request body, in bytes.
    pub body_limit: usize,
    /// Longest time a request body may take to arrive.
    pub body_timeout: Duration,
    /// What an archive of a project folder may cost.
    pub archive: ArchiveSettings,
    /// What reading a definition may cost.
    pub compose: ComposeSettings,
    /// Longest time that requests get to end when the server is stopped.
    pub shutdown_timeout: Duration,
}

/// What reading a definition may cost. What goes beyond is refused with the place where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComposeSettings {
    /// Bytes of one compose file or env file.
    pub file_bytes: usize,
    /// Bytes of all compose files, each counted as often as it is read.
    pub total_bytes: usize,
    /// Levels of lists and mappings inside each other.
    pub depth: usize,
    /// Values written in all compose files.
    pub nodes: usize,
    /// Values that aliases make.
    pub alias_nodes: usize,
    /// Entries that merge keys, `extends` and further files copy.
    pub merged_entries: usize,
    /// Files taken in by `include`.
    pub includes: usize,
    /// Services.
    pub services: usize,
    /// Ports that ranges stand for.
    pub ports: usize,
    /// Bytes of env files that services read.
    pub env_file_bytes: usize,
    /// Bytes that variables become.
    pub interpolated_bytes: usize,
    /// Errors of one answer.
    pub errors: usize,
}

/// What an archive may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveSettings {
    /// Bytes of the archive.
    pub packed: usize,
    /// Bytes of its files together.
    pub unpacked: usize,
    /// Files, folders and links.
    pub members: usize,
    /// Bytes of a path.
    pub path: usize,
    /// Longest time it may take to arrive.
    pub timeout: Duration,
}

/// What only the worker needs to know.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// Where the Docker Engine listens: `unix://...`, `tcp://...`.
    pub docker_host: String,
    /// How long a container without a health check must stay up to count as ready.
    pub stable_for: Duration,
    /// How many steps of one plan may run side by side, from 1.
    pub parallelism: usize,
    /// How long the lease lasts without being renewed.
    pub lease_ttl: Duration,
    /// How long a command goes on trying while the engine or a registry fails for a time.
    pub retry_budget: Duration,
    /// Of single operations.
    pub deadlines: Deadlines,
    /// Time between two full looks at the engine.
    pub observe_every: Duration,
}

/// How long one step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Fetching one image.
    pub pull: Duration,
    /// Building one image.
    pub build: Duration,
    /// One lifecycle hook.
    pub hook: Duration,
    /// Any other write to the engine, without grace periods.
    pub operation: Duration,
    /// Waiting until one container is healthy or stable.
    pub ready: Duration,
    /// Waiting until one job has ended.
    pub completion: Duration,
}

impl Settings {
    /// Reads the command line, the environment and the file of this process.
    ///
    /// `ConfigurationError::Flags` also carries the answer to `--help` and `--version`: print it with its own `exit`.
    pub fn read(program: Program) -> Result<Self, ConfigurationError> {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let lookup = |name: &str| std::env::var(name).ok();
        Self::from_sources(program, std::env::args_os(), &lookup)
    }

    fn from_sources(
        program: Program,
        arguments: impl IntoIterator<Item = OsString>,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigurationError> {
        let mut command = command_line(program);
        let matches = command.try_get_matches_from_mut(arguments)?;
        let flags = Layer::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        refuse_the_other_programs_flags(program, &matches, &mut command)?;
        let environment = Layer::from_environment(lookup)?;
        let path = matches.get_one::<PathBuf>("config").cloned();
        let file = match path.or_else(|| lookup("CORE_MONITOR_CONFIG").map(PathBuf::from)) {
            Some(path) => read_file(&path)?,
            None => Layer::default(),
        };
        Self::from_layer(flags.over(environment).over(file), lookup)
    }

    fn from_layer(layer: Layer, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigurationError> {
        let data_dir = match layer.data_dir {
            Some(path) if path.is_absolute() => path,
            Some(path) => return Err(ConfigurationError::RelativeDataDir(path)),
            None => default_data_dir(rustix::process::geteuid().is_root(), lookup)?,
        };
        let database_url = layer.database_url.unwrap_or_else(|| default_database(&data_dir));
        let or = |given: Option<HumanDuration>, seconds| {
            given.map_or(Duration::from_secs(seconds), |duration| duration.0)
        };
        if let Some(token) = &layer.bootstrap_token
            && token.expose().len() < 32
        {
            return Err(ConfigurationError::WeakToken { length: token.expose().len() });
        }
        Ok(Self {
            server: ServerSettings {
                listen: layer
                    .listen
                    .map_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)), |listen| listen.0),
                bootstrap_token: layer.bootstrap_token,
                body_limit: layer.body_limit.map_or(1 << 20, |size| size.0),
                body_timeout: or(layer.body_timeout, 30),
                archive: ArchiveSettings {
                    packed: layer.archive_limit.map_or(64 << 20, |size| size.0),
                    unpacked: layer.archive_unpacked.map_or(256 << 20, |size| size.0),
                    members: layer.archive_members.unwrap_or(10_000),
                    path: in_range(
                        "archive_path",
                        layer.archive_path.unwrap_or(512),
                        1..=4_096,
                        "from 1 to 4096",
                    )?,
                    timeout: or(layer.archive_timeout, 10 * 60),
                },
                compose: ComposeSettings {
                    file_bytes: layer.compose_file_bytes.map_or(4 << 20, |size| size.0),
                    total_bytes: layer.compose_total_bytes.map_or(16 << 20, |size| size.0),
                    // Deeper than that, reading would need more stack than a thread has.
                    depth: in_range(
                        "compose_depth",
                        layer.compose_depth.unwrap_or(64),
                        8..=128,
                        "from 8 to 128",
                    )?,
                    nodes: layer.compose_nodes.unwrap_or(250_000),
                    alias_nodes: layer.compose_alias_nodes.unwrap_or(200_000),
                    merged_entries: layer.compose_merged_entries.unwrap_or(200_000),
                    includes: layer.compose_includes.unwrap_or(200),
                    services: layer.compose_services.unwrap_or(10_000),
                    ports: layer.compose_ports.unwrap_or(200_000),
                    env_file_bytes: layer.compose_env_file_bytes.map_or(4 << 20, |size| size.0),
                    interpolated_bytes: layer.compose_interpolated_bytes.map_or(16 << 20, |size| size.0),
                    errors: layer.compose_errors.unwrap_or(100),
                },
                shutdown_timeout: or(layer.shutdown_timeout, 30),
            },
            worker: WorkerSettings {
                docker_host: layer.docker_host.unwrap_or_else(|| "unix:///var/run/docker.sock".to_owned()),
                stable_for: or(layer.stable_for, 5),
                parallelism: in_range("parallelism", layer.parallelism.unwrap_or(8), 1..=64, "from 1 to 64")?,
                lease_ttl: at_least_a_second("lease_ttl", or(layer.lease_ttl, 10))?,
                retry_budget: or(layer.retry_budget, 5 * 60),
                deadlines: Deadlines {
                    pull: or(layer.pull_timeout, 30 * 60),
                    build: or(layer.build_timeout, 60 * 60),
                    hook: or(layer.hook_timeout, 10 * 60),
                    operation: or(layer.operation_timeout, 2 * 60),
                    ready: or(layer.ready_timeout, 10 * 60),
                    completion: or(layer.completion_timeout, 60 * 60),
                },
                observe_every: at_least_a_second("observe_every", or(layer.observe_every, 10))?,
            },
            database_url,
            data_dir,
            log: layer.log.unwrap_or_else(|| "info".to_owned()),
            log_format: layer.log_format.unwrap_or_default(),
        })
    }
}

fn command_line(program: Program) -> clap::Command {
    let config = clap::Arg::new("config")
        .long("config")
        .value_name("FILE")
        .value_parser(clap::value_parser!(PathBuf))
        .help("Configuration file in TOML, also `CORE_MONITOR_CONFIG`");
    let command = Layer::augment_args(clap::Command::new(program.name()))
        // Behind the flags, which bring the description of their own type along.
        .about(program.about())
        .version(env!("CARGO_PKG_VERSION"))
        .arg(config)
        .after_help(
            "Every flag is also a key of the file and a variable of the environment: `--data-dir` is `data_dir` and \
             `CORE_MONITOR_DATA_DIR`; only `--docker-host` is `DOCKER_HOST`. Flags win over the environment, the \
             environment over the file. `CORE_MONITOR_DATABASE_URL` and `CORE_MONITOR_BOOTSTRAP_TOKEN` have no flag, \
             because everybody on a machine can read a command line.",
        );
    SETTINGS.iter().fold(command, |command, setting| {
        let foreign = setting.program.is_some_and(|owner| owner != program);
        let help = format!("{} [default: {}]", setting.about.trim_end_matches('.'), setting.default);
        command.mut_arg(setting.name, |arg| arg.hide(foreign).help(help).long_help(None::<&str>))
    })
}

/// Both programs share one file and one environment, but a flag is given to one of them: there, it is a mistake.
fn refuse_the_other_programs_flags(
    program: Program,
    matches: &clap::ArgMatches,
    command: &mut clap::Command,
) -> Result<(), ConfigurationError> {
    for setting in SETTINGS {
        if let Some(owner) = setting.program
            && owner != program
            && matches.contains_id(setting.name)
        {
            let flag = setting.name.replace('_', "-");
            let message = format!("`--{flag}` is a setting of {}, not of {}", owner.name(), program.name());
            return Err(command.error(clap::error::ErrorKind::UnknownArgument, message).into());
        }
    }
    Ok(())
}

fn read_file(path: &Path) -> Result<Layer, ConfigurationError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigurationError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| {
        let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        ConfigurationError::File {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            // The message names keys and types; the snippet with the line itself, which may hold a secret, is left out.
            reason: error.message().to_owned(),
        }
    })
}

fn default_data_dir(
    root: bool,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<PathBuf, ConfigurationError> {
    if root {
        return Ok(PathBuf::from("/var/lib/core-monitor"));
    }
    let absolute = |name| lookup(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .map(|state| state.join("core-monitor"))
        .ok_or(ConfigurationError::NoDataDir)
}

fn default_database(data_dir: &Path) -> Secret {
    Secret::new(format!("sqlite://{}", data_dir.join("core-monitor.db").display()))
}

fn in_range(
    setting: &'static str,
    value: usize,
    range: std::ops::RangeInclusive<usize>,
    expected: &'static str,
) -> Result<usize, ConfigurationError> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(ConfigurationError::OutOfRange { setting, value: value.to_string(), expected })
}

fn at_least_a_second(setting: &'static str, value: Duration) -> Result<Duration, ConfigurationError> {
    if value >= Duration::from_secs(1) {
        return Ok(value);
    }
    let value = HumanDuration(value).to_string();
    Err(ConfigurationError::OutOfRange { setting, value, expected: "at least `1s`" })
}

#[cfg(test)]
mod tests;
