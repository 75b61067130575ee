//! Converts a `docker run` line to a definition. Nothing is saved or run.

use core_monitor_compose::docker_run::convert;
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;

pub use core_monitor_compose::docker_run::{CommandError, Converted};

use super::{Server, run_blocking};

/// Why the line cannot be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The line has errors, each with its position.
    #[error("the command has {} errors", .0.len())]
    Command(Vec<CommandError>),
    /// The configuration has errors, each with its position.
    #[error("the configuration has {} errors", .0.len())]
    Configuration(Vec<CommandError>),
}

impl Server {
    /// The compose file equivalent to `line`.
    pub async fn convert_docker_run(&self, actor: &Actor, line: String) -> Result<Converted, ConvertError> {
        self.permit(actor, Action::ConvertDockerRun, &Resource::Installation).await?;
        run_blocking(move || convert(&line)).await.map_err(ConvertError::Command)
    }
}
