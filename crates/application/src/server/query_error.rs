//! Why a read fails.

use core_monitor_domain::access::Forbidden;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::registry::RegistryHost;

/// Why a read fails.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The actor is not allowed to see it. Whether it exists was not checked.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no version {0}")]
    VersionNotFound(VersionNumber),
    /// The version has no such file.
    #[error("the version has no file with this path")]
    FileNotFound,
    /// No such command.
    #[error("the command does not exist")]
    CommandNotFound,
    /// No such plan.
    #[error("there is no plan with this id")]
    PlanNotFound,
    /// The registry has no credentials.
    #[error("no credentials are stored for `{0}`")]
    RegistryNotFound(RegistryHost),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
