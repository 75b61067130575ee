//! Ending the session of another browser.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::SessionId;

use super::list_sessions::is_of;
use super::{Server, SessionError};

impl Server {
    /// Ends a session with everything that is open in it, and records it in the audit. One of somebody else is for administrators;
    /// others are not told that there is one.
    pub async fn revoke_session(&self, actor: &Actor, id: SessionId) -> Result<(), SessionError> {
        let ports = self.permit(actor, Action::RevokeSession, &Resource::Session(id)).await?;
        if !self.sees_all_sessions(actor).await?
            && !ports.sessions.list().await?.iter().any(|session| session.id == id && is_of(session, actor))
        {
            return Err(SessionError::NotFound);
        }
        let was_there = ports.sessions.close(id, Action::RevokeSession, actor, ports.clock.now()).await?;
        if was_there { Ok(()) } else { Err(SessionError::NotFound) }
    }
}
