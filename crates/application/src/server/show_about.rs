//! What this installation is made of.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::observation::EngineFacts;
use core_monitor_domain::time::Timestamp;

use super::{DefinitionLimits, QueryError, Server};

/// What this installation is made of.
#[derive(Debug, Clone)]
pub struct About {
    /// The installation.
    pub instance: InstanceId,
    /// The engine and when it was last observed; `None` before the first observation.
    pub engine: Option<(EngineFacts, Timestamp)>,
    /// When the newest backup was made; `None` if the database knows of none.
    pub last_backup: Option<Timestamp>,
    /// Limits for reading a definition.
    pub definition_limits: DefinitionLimits,
}

impl Server {
    /// The installation, its engine and its limits.
    pub async fn show_about(&self, actor: &Actor) -> Result<About, QueryError> {
        let ports = self.permit(actor, Action::ShowAbout, &Resource::Installation).await?;
        let host = ports.observations.host().await?;
        Ok(About {
            instance: ports.instance,
            engine: host.map(|host| (host.engine, host.taken_at)),
            last_backup: ports.records.last_backup().await?,
            definition_limits: ports.definition_limits,
        })
    }
}
