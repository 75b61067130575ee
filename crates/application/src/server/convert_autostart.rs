//! Converts the configuration of an autostart proxy to definitions. Nothing is saved or run.

use std::collections::BTreeMap;

use core_monitor_compose::autostart::{Autostart, convert};
use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;

pub use core_monitor_compose::autostart::ConvertedService;

use super::{ConvertError, Server, run_blocking};

/// What to convert.
#[derive(Debug, Clone)]
pub struct AutostartConfig {
    /// The text of the configuration.
    pub config: String,
    /// Compose files, by the names of the services in it.
    pub compose: BTreeMap<String, String>,
    /// The domain below which each service has a host of its own name, if any.
    pub domain: Option<String>,
}

impl Server {
    /// A definition for each service of the configuration.
    pub async fn convert_autostart(
        &self,
        actor: &Actor,
        given: AutostartConfig,
    ) -> Result<Vec<ConvertedService>, ConvertError> {
        let ports = self.permit(actor, Action::ConvertAutostart, &Resource::Installation).await?;
        let limits = ports.definition_limits;
        run_blocking(move || {
            let AutostartConfig { config, compose, domain } = &given;
            let autostart = Autostart { config, compose, domain: domain.as_deref() };
            convert(autostart, &limits)
        })
        .await
        .map_err(ConvertError::Configuration)
    }
}
