//! What can be wrong with a configuration.

use std::path::PathBuf;

/// The program cannot start with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// Flags are wrong, or help or the version was asked for: clap has the text.
    #[error(transparent)]
    Flags(#[from] clap::Error),
    /// A variable of the environment has a value that cannot be used. The value is not shown: it may be a secret.
    #[error("the environment variable `{variable}` cannot be used: {reason}")]
    Environment {
        /// Its name.
        variable: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The file cannot be read.
    #[error("the configuration file `{path}` cannot be read")]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not as it should be.
    #[error("the configuration file `{path}` is wrong at line {line}, column {column}: {reason}")]
    File {
        /// Its path.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Neither `data_dir` nor a home folder is known.
    #[error(
        "there is no place for the data: set `CORE_MONITOR_DATA_DIR` or `--data-dir`, since neither `XDG_STATE_HOME` nor `HOME` is set"
    )]
    NoDataDir,
    /// The data folder is not an absolute path.
    #[error("the data folder `{0}` is not an absolute path")]
    RelativeDataDir(PathBuf),
    /// A token that is easy to guess.
    #[error(
        "`CORE_MONITOR_BOOTSTRAP_TOKEN` has {length} characters, at least 32 are needed; `openssl rand -hex 32` makes a good one"
    )]
    WeakToken {
        /// Its length.
        length: usize,
    },
    /// A number outside its range.
    #[error("`{setting}` is {value}, it must be {expected}")]
    OutOfRange {
        /// Its name in the file.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// The log filter cannot be read.
    #[error("the log filter `{filter}` cannot be read: {reason}")]
    LogFilter {
        /// As given.
        filter: String,
        /// What is wrong.
        reason: String,
    },
}
