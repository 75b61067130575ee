//! Showing the session of a request.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;

use super::{CurrentSession, Server, SessionError, ShownSession};

impl Server {
    /// The session that the request belongs to.
    pub async fn show_session(
        &self,
        actor: &Actor,
        current: Option<&CurrentSession>,
    ) -> Result<ShownSession, SessionError> {
        let ports = self.permit(actor, Action::ShowSession, &Resource::Installation).await?;
        let session = current.ok_or(SessionError::NoSession)?.session.clone();
        Ok(ShownSession::new(session, &ports.session_limits))
    }
}
