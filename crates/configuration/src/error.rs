//! Configuration errors.

use std::path::PathBuf;

use crate::TokenSource;

/// The program cannot start with this configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// Invalid flags, or a request for help or the version: clap has the text.
    #[error(transparent)]
    Flags(#[from] clap::Error),
    /// An environment variable has an invalid value. The value is not shown: it may be a secret.
    #[error("the environment variable `{variable}` is invalid: {reason}")]
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
    /// The file contains a secret, and all users of the machine can read it.
    #[error(
        "the configuration file `{path}` contains `{setting}`, but is open to all users of this machine (mode {mode:o}): \
         run `chmod o= {path}`, and replace what they may have read"
    )]
    Exposed {
        /// Its path.
        path: PathBuf,
        /// The name of the secret in it.
        setting: &'static str,
        /// Its permissions.
        mode: u32,
    },
    /// Of a certificate and its key, only one was given.
    #[error("`{given}` is set, but `{missing}` is not: TLS needs both")]
    HalfOfTls {
        /// The setting that was given.
        given: &'static str,
        /// The other one.
        missing: &'static str,
    },
    /// The file is invalid.
    #[error("the configuration file `{path}` is invalid at line {line}, column {column}: {reason}")]
    File {
        /// Its path.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Neither `data_dir` nor a home folder is set.
    #[error(
        "no data folder is configured, and neither `XDG_STATE_HOME` nor `HOME` is set: set `CORE_MONITOR_DATA_DIR` or `--data-dir`"
    )]
    NoDataDir,
    /// The data folder is not an absolute path.
    #[error("the data folder `{0}` must be an absolute path")]
    RelativeDataDir(PathBuf),
    /// A token that is easy to guess.
    #[error(
        "the token of {place} could be guessed, because it {reason}: generate one with `openssl rand -hex 32`"
    )]
    WeakToken {
        /// Where it is.
        place: TokenSource,
        /// What is wrong with it. Does not contain it.
        reason: String,
    },
    /// A number outside its range.
    #[error("`{setting}` is {value}, but must be {expected}")]
    OutOfRange {
        /// Its name in the file.
        setting: &'static str,
        /// The value.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// The default of a setting is invalid, which is a mistake in this crate.
    #[error("the default of `{setting}` is invalid: {reason}")]
    Default {
        /// Its name in the file.
        setting: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A text made from the description of the flags cannot be written.
    #[error("completions or manual pages cannot be made: {reason}")]
    Generated {
        /// Why.
        reason: String,
    },
    /// The log filter is invalid.
    #[error("the log filter `{filter}` is invalid: {reason}")]
    LogFilter {
        /// The filter.
        filter: String,
        /// What is wrong.
        reason: String,
    },
}
