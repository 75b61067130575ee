//! What the use cases of sessions share.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core_monitor_domain::access::Forbidden;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::session::{Session, SessionLimits, SessionSecret};
use core_monitor_domain::time::Timestamp;

/// Why nothing became of a request about sessions.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The request is not part of a session.
    #[error("the request is not part of a session")]
    NoSession,
    /// There is no such session.
    #[error("there is no such session")]
    NotFound,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A session, with when it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSession {
    /// The session.
    pub session: Session,
    /// When it is over however much it is used.
    pub expires_at: Timestamp,
    /// When it is over if it is not used again.
    pub idle_expires_at: Timestamp,
}

impl ShownSession {
    pub(super) fn new(session: Session, limits: &SessionLimits) -> Self {
        let (expires_at, idle_expires_at) = (limits.expires_at(&session), limits.idle_expires_at(&session));
        Self { session, expires_at, idle_expires_at }
    }
}

/// The secret as the browser keeps it: 43 letters that a cookie can contain.
pub(super) fn write_secret(secret: &SessionSecret) -> String {
    URL_SAFE_NO_PAD.encode(secret.expose())
}

/// Reads what [`write_secret`] wrote. There is only one text for each secret.
pub(super) fn read_secret(text: &str) -> Option<SessionSecret> {
    const LETTERS: usize = 43;
    // Before any work is done with it: somebody may send a cookie of any length.
    if text.len() != LETTERS {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Some(SessionSecret::new(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_that_was_written_is_read() {
        let secret = SessionSecret::new([7; 32]);
        let text = write_secret(&secret);
        assert!(read_secret(&text).is_some_and(|read| read.expose() == secret.expose()));
        let last_changed = format!("{}d", &text[..42]);
        let umlauts = "ü".repeat(22);
        for other in ["", "a", &text[1..], &format!("{text}A"), &last_changed, &umlauts, &umlauts[..42]] {
            assert!(read_secret(other).is_none(), "{other}");
        }
    }
}
