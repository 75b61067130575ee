//! [`TokenStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::InstanceId;
use core_monitor_domain::ports::{StoreError, Token, TokenStore};

use super::SimDatabase;

/// Tokens in memory.
#[derive(Debug, Clone)]
pub struct SimTokenStore {
    db: SimDatabase,
}

impl SimTokenStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }
}

#[async_trait]
impl TokenStore for SimTokenStore {
    async fn list(&self) -> Result<Vec<Token>, StoreError> {
        self.db.read("TokenStore::list", |state| Ok(state.tokens.values().cloned().collect()))
    }

    async fn replace(&self, token: &Token, by: &Actor) -> Result<(), StoreError> {
        self.db.write("TokenStore::replace", |state| {
            let earlier = state.tokens.insert(token.name.clone(), token.clone());
            let was_there = earlier.is_some();
            if let Some(earlier) = earlier.filter(|earlier| earlier.id != token.id) {
                let gone = Actor::token(earlier.id, earlier.name);
                state.sessions.retain(|_, session| session.actor != gone);
            }
            state.audit(AuditEntry::token_issued(&token.name, by, token.created_at, was_there));
            Ok(())
        })
    }

    async fn instance(&self, candidate: InstanceId) -> Result<InstanceId, StoreError> {
        self.db.write("TokenStore::instance", |state| Ok(*state.instance.get_or_insert(candidate)))
    }
}
