//! [`SessionStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::access::Action;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::SessionId;
use core_monitor_domain::ports::{SessionStore, StoreError};
use core_monitor_domain::session::{Session, SessionHash, SessionLimits};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;

/// Sessions in memory.
#[derive(Debug, Clone)]
pub struct SimSessionStore {
    db: SimDatabase,
}

impl SimSessionStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl SessionStore for SimSessionStore {
    async fn open(&self, session: &Session, limits: &SessionLimits) -> Result<(), StoreError> {
        self.db.write("SessionStore::open", |state| {
            let stored: Vec<_> = state.sessions.values().cloned().collect();
            let leaving = limits.leaving(&stored, session);
            for id in leaving.over.iter().chain(&leaving.crowded_out) {
                state.sessions.remove(id);
            }
            for id in leaving.crowded_out {
                let (by, now) = (&session.actor, session.created_at);
                state.audit(AuditEntry::session_closed(id, Action::SignIn, by, now));
            }
            state.sessions.insert(session.id, session.clone());
            state.audit(AuditEntry::session_opened(session));
            Ok(())
        })
    }

    async fn find(&self, hash: &SessionHash) -> Result<Option<Session>, StoreError> {
        self.db.read("SessionStore::find", |state| {
            Ok(state.sessions.values().find(|session| session.hash == *hash).cloned())
        })
    }

    async fn list(&self) -> Result<Vec<Session>, StoreError> {
        self.db.read("SessionStore::list", |state| {
            let mut sessions: Vec<_> = state.sessions.values().cloned().collect();
            sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
            Ok(sessions)
        })
    }

    async fn touch(&self, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
        self.db.write("SessionStore::touch", |state| {
            if let Some(session) = state.sessions.get_mut(&id) {
                session.used_at = session.used_at.max(now);
            }
            Ok(())
        })
    }

    async fn close(
        &self,
        id: SessionId,
        action: Action,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.db.write("SessionStore::close", |state| {
            let was_there = state.sessions.remove(&id).is_some();
            if was_there {
                state.audit(AuditEntry::session_closed(id, action, by, now));
            }
            Ok(was_there)
        })
    }
}
