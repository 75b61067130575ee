//! How long things are kept, how much there is of them, and how much room is left.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::FailureScope;
use core_monitor_domain::doctor::SpaceFacts;
use core_monitor_domain::plan::PlanRetention;
use core_monitor_domain::ports::StoreSizes;
use core_monitor_domain::records::RecordRetention;
use core_monitor_domain::session::SessionLimits;

use super::{QueryError, Server};

/// The settings that people ask about, with what they lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSettings {
    /// How long records are kept.
    pub keep: RecordRetention,
    /// How many plans are kept, and for how long.
    pub plans: PlanRetention,
    /// How long sessions last.
    pub sessions: SessionLimits,
    /// What a failed write holds up.
    pub failure_scope: FailureScope,
    /// What the database and the record files hold.
    pub store: StoreSizes,
    /// Bytes of the history of statistics.
    pub statistics: u64,
    /// How many artifacts there are, and their bytes; `None` if their folder cannot be read.
    pub artifacts: Option<(u64, u64)>,
    /// The space for data, if the system says it.
    pub space: Option<SpaceFacts>,
}

impl Server {
    /// The settings, with what they lead to.
    pub async fn show_settings(&self, actor: &Actor) -> Result<ShownSettings, QueryError> {
        let ports = self.permit(actor, Action::ShowSettings, &Resource::Installation).await?;
        let artifacts = ports.artifacts.list().await.ok();
        Ok(ShownSettings {
            keep: ports.record_retention,
            plans: ports.plan_retention,
            sessions: ports.session_limits,
            failure_scope: ports.queue.write_lane().await?.scope,
            store: ports.records.sizes().await?,
            statistics: ports.statistics.bytes().await?,
            artifacts: artifacts.map(|stored| (stored.len() as u64, stored.iter().map(|one| one.size).sum())),
            space: ports.disk.space(),
        })
    }
}
