//! Configuration of the programs: flags override the environment, the environment overrides the file, and the file
//! overrides the defaults.
//!
//! Every setting has one name. `data_dir` in the file is `CORE_MONITOR_DATA_DIR` in the environment and `--data-dir` on
//! the command line; only `docker_host` and
//! `docker_cert_path` keep their well-known variables, `DOCKER_HOST` and `DOCKER_CERT_PATH`. [`SETTINGS`] lists all settings. The
//! environment is read only here, and only once.
#![deny(missing_docs)]

mod command_line;
mod error;
mod guessable;
mod invocation;
mod layer;
mod logging;
mod mount_roots;
mod program;
mod secret;
mod settings;
mod switch;
mod text;
mod unknown;

pub use error::ConfigurationError;
pub use invocation::{Invocation, Task};
pub use layer::{SETTINGS, Setting};
pub use logging::{LogFormat, start_logging};
pub use mount_roots::MountRoots;
pub use program::Program;
pub use secret::Secret;
pub use settings::{
    AlertSettings, ArchiveSettings, ArtifactSettings, BootstrapToken, ComposeSettings, ConnectionSettings,
    Deadlines, GatewaySettings, OpenIdSettings, RetentionSettings, ServerSettings, SessionSettings, Settings,
    StatisticsSettings, TerminalSettings, TlsFiles, TokenSource, WorkerSettings,
};
pub use switch::Switch;
pub use text::{ByteSize, HumanDuration, ListenAddress};
