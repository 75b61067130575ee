//! Listing the sessions.

use core_monitor_domain::access::{Action, Grant, Resource, Role};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::session::Session;

use super::{QueryError, Server, ShownSession};

impl Server {
    /// The sessions that are not over, the newest first: those of the actor, and for administrators all of them.
    pub async fn list_sessions(&self, actor: &Actor) -> Result<Vec<ShownSession>, QueryError> {
        let ports = self.permit(actor, Action::ListSessions, &Resource::Installation).await?;
        let (limits, now) = (&ports.session_limits, ports.clock.now());
        let sees_all = self.sees_all_sessions(actor).await?;
        let sessions = ports.sessions.list().await?.into_iter();
        let alive = sessions.filter(|session| !limits.is_over(session, now));
        let seen = alive.filter(|session| sees_all || is_of(session, actor));
        Ok(seen.map(|session| ShownSession::new(session, limits)).collect())
    }

    /// Whether the sessions of others are the actor's business.
    pub(super) async fn sees_all_sessions(&self, actor: &Actor) -> Result<bool, StoreError> {
        let grants = self.granted_to(actor).await?;
        let administers = |grant: &Grant| grant.role == Role::Administrator && grant.stacks.is_everything();
        Ok(grants.iter().any(administers))
    }
}

/// Whether a session is one of whom the actor is.
pub(super) fn is_of(session: &Session, actor: &Actor) -> bool {
    actor.principal().is_some() && session.actor.principal() == actor.principal()
}
