//! The sessions of all browsers.

use std::net::IpAddr;

use core_monitor_application::server::ShownSession;
use core_monitor_domain::ids::SessionId;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;

pub(crate) mod list;
pub(crate) mod revoke;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionItem)]
pub(crate) struct SessionItemBody {
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    session_id: SessionId,
    /// Whom it acts as.
    actor: ActorBody,
    /// When somebody signed in.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    created_at: Timestamp,
    /// When it was used last, to the minute.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T11:30:00Z")]
    used_at: Timestamp,
    /// When it is over however much it is used.
    #[schema(value_type = String, format = DateTime, example = "2026-02-25T10:00:00Z")]
    expires_at: Timestamp,
    /// What the browser called itself when somebody signed in, cut at 256 characters. It may not be true.
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64)")]
    client: String,
    /// Where somebody signed in from, as the server sees it: a reverse proxy has its own address.
    #[schema(value_type = Option<String>, example = "192.0.2.7")]
    address: Option<IpAddr>,
    /// Whether it is the session of this request.
    current: bool,
}

impl SessionItemBody {
    fn new(shown: ShownSession, current: Option<SessionId>) -> Self {
        let ShownSession { session, expires_at, .. } = shown;
        Self {
            session_id: session.id,
            actor: session.actor.into(),
            created_at: session.created_at,
            used_at: session.used_at,
            expires_at,
            client: session.client,
            address: session.address,
            current: current == Some(session.id),
        }
    }
}
