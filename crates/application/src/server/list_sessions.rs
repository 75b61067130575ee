//! Listing the sessions.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;

use super::{QueryError, Server, ShownSession};

impl Server {
    /// All sessions that are not over, the newest first.
    pub async fn list_sessions(&self, actor: &Actor) -> Result<Vec<ShownSession>, QueryError> {
        let ports = self.permit(actor, Action::ListSessions, &Resource::Installation).await?;
        let (limits, now) = (&ports.session_limits, ports.clock.now());
        let sessions = ports.sessions.list().await?.into_iter();
        let alive = sessions.filter(|session| !limits.is_over(session, now));
        Ok(alive.map(|session| ShownSession::new(session, limits)).collect())
    }
}
