//! Authentication: which session a cookie belongs to, and whether who was identified may still go on.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use core_monitor_domain::actor::Actor;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::session::{Session, SessionHash, USE_IS_WRITTEN_EVERY};
use subtle::ConstantTimeEq as _;

use super::authenticate::is_there;
use super::gate::BeforeIdentity;
use super::sessions::read_secret;
use super::{Server, ServerPorts};

/// The session that a request belongs to.
#[derive(Clone)]
pub struct CurrentSession {
    /// The session.
    pub session: Session,
    /// What every write has to repeat.
    pub csrf_token: String,
}

impl CurrentSession {
    /// Whether `given` is the CSRF token. Takes the same time for every wrong one.
    pub fn accepts(&self, given: &str) -> bool {
        self.csrf_token.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl Server {
    /// Finds the session that `secret` belongs to, and records that it is used. `None` if it never was one, is over or was ended,
    /// which nobody is told apart.
    pub async fn authenticate_session(&self, secret: &str) -> Result<Option<CurrentSession>, StoreError> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        let Some(secret) = read_secret(secret) else { return Ok(None) };
        let Some(session) = standing(ports, &secret.hash()).await? else { return Ok(None) };
        let now = ports.clock.now();
        if session.use_is_due(now) && self.used_sessions().begin(session.id, ports.clock.elapsed()) {
            // The request is not worse for it.
            if let Err(error) = ports.sessions.touch(session.id, now).await {
                tracing::warn!(%error, session = %session.id, "cannot record that a session is used");
            }
        }
        Ok(Some(CurrentSession { csrf_token: secret.csrf_token(), session }))
    }

    /// Whether a caller that was identified before is still who it was: the token exists, and so does the session.
    pub async fn still_stands(
        &self,
        actor: &Actor,
        session: Option<&SessionHash>,
    ) -> Result<bool, StoreError> {
        let ports = self.before_identity(BeforeIdentity::Authentication);
        match session {
            Some(hash) => Ok(standing(ports, hash).await?.is_some()),
            None => is_there(ports, actor).await,
        }
    }
}

/// The session, if it is not over and whoever began it is still there.
async fn standing(ports: &ServerPorts, hash: &SessionHash) -> Result<Option<Session>, StoreError> {
    let Some(session) = ports.sessions.find(hash).await? else { return Ok(None) };
    let stands =
        !ports.session_limits.is_over(&session, ports.clock.now()) && is_there(ports, &session.actor).await?;
    Ok(stands.then_some(session))
}

/// Whose use was written a moment ago, so that many requests at once write it once.
#[derive(Debug)]
pub(super) struct UsedLately<Id>(Mutex<HashMap<Id, Duration>>);

impl<Id> Default for UsedLately<Id> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Id: Eq + Hash> UsedLately<Id> {
    /// Whether the caller is to write the use of this one.
    pub(super) fn begin(&self, id: Id, now: Duration) -> bool {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.retain(|_, at| now.saturating_sub(*at) < USE_IS_WRITTEN_EVERY);
        let is_due = !written.contains_key(&id);
        if is_due {
            written.insert(id, now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests;
