//! The session of a browser: its beginning and its end.

use core_monitor_application::server::ShownSession;
use core_monitor_domain::ids::SessionId;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;

pub(crate) mod show;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
#[cfg(test)]
mod tests;

/// The session of the request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    /// Its name in lists. It is no secret.
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    session_id: SessionId,
    /// Whom it acts as.
    actor: ActorBody,
    /// When somebody signed in.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// When it is over however much it is used.
    #[schema(value_type = String, format = DateTime, example = "2026-02-25T10:00:00Z")]
    expires_at: Timestamp,
    /// When it is over if it is not used again.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T22:00:00Z")]
    idle_expires_at: Timestamp,
    /// What every request that is not GET or HEAD repeats in the header `X-CSRF-Token`. It stays the same as long as the session.
    #[schema(example = "5f1d0c9a7be2483f5f1d0c9a7be2483f5f1d0c9a7be2483f5f1d0c9a7be2483f")]
    csrf_token: String,
}

impl SessionBody {
    fn new(shown: &ShownSession, csrf_token: String) -> Self {
        Self {
            session_id: shown.session.id,
            actor: (&shown.session.actor).into(),
            created_at: shown.session.created_at,
            expires_at: shown.expires_at,
            idle_expires_at: shown.idle_expires_at,
            csrf_token,
        }
    }
}
