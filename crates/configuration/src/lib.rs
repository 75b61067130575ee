//! Configuration of both programs: flags win over the environment, the environment over the file, the file over the
//! defaults.
//!
//! Every setting has one name. `data_dir` in the file is `CORE_MONITOR_DATA_DIR` in the environment and `--data-dir` on
//! the command line; only `docker_host` keeps the name everybody knows, `DOCKER_HOST`. [`SETTINGS`] lists them all. The
//! environment is read here and nowhere else, and nothing here is read twice.
#![deny(missing_docs)]

mod error;
mod layer;
mod logging;
mod program;
mod secret;
mod settings;
mod text;

pub use error::ConfigurationError;
pub use layer::{SETTINGS, Setting};
pub use logging::{LogFormat, start_logging};
pub use program::Program;
pub use secret::Secret;
pub use settings::{ArchiveSettings, ComposeSettings, Deadlines, ServerSettings, Settings, WorkerSettings};
pub use text::{ByteSize, HumanDuration, ListenAddress};
