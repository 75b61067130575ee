//! Signing out: the session of the request ends.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;

use super::{CurrentSession, Server, SessionError};

impl Server {
    /// Ends the session that the request belongs to, with everything that is open in it, and records it in the audit. One that
    /// ended a moment ago is none the less over.
    pub async fn sign_out(
        &self,
        actor: &Actor,
        current: Option<&CurrentSession>,
    ) -> Result<(), SessionError> {
        let ports = self.permit(actor, Action::SignOut, &Resource::Installation).await?;
        let id = current.ok_or(SessionError::NoSession)?.session.id;
        ports.sessions.close(id, Action::SignOut, actor, ports.clock.now()).await?;
        Ok(())
    }
}
