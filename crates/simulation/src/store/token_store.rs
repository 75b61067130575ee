//! [`TokenStore`] in memory.

use async_trait::async_trait;
use core_monitor_domain::actor::{Actor, ActorName};
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::{InstanceId, TokenId};
use core_monitor_domain::ports::{StoreError, Token, TokenError, TokenStore};
use core_monitor_domain::time::Timestamp;

use super::SimDatabase;
use super::state::State;

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

    async fn find(&self, id: TokenId) -> Result<Option<Token>, StoreError> {
        self.db
            .read("TokenStore::find", |state| Ok(state.tokens.values().find(|token| token.id == id).cloned()))
    }

    async fn of_hash(&self, hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        self.db.read("TokenStore::of_hash", |state| {
            Ok(state.tokens.values().find(|token| token.hash == *hash).cloned())
        })
    }

    async fn add(&self, token: &Token, most: u32, by: &Actor) -> Result<(), TokenError> {
        self.db.write("TokenStore::add", |state| {
            if state.tokens.contains_key(&token.name) {
                return Err(TokenError::NameTaken);
            }
            if state.tokens.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
                return Err(TokenError::TooMany { most });
            }
            state.tokens.insert(token.name.clone(), token.clone());
            state.audit(AuditEntry::token_issued(&token.name, by, token.created_at, false));
            Ok(())
        })
    }

    async fn replace(&self, token: &Token, by: &Actor) -> Result<(), StoreError> {
        self.db.write("TokenStore::replace", |state| {
            let earlier = state.tokens.insert(token.name.clone(), token.clone());
            let was_there = earlier.is_some();
            if let Some(earlier) = earlier.filter(|earlier| earlier.id != token.id) {
                end_sessions(state, earlier);
            }
            state.audit(AuditEntry::token_issued(&token.name, by, token.created_at, was_there));
            Ok(())
        })
    }

    async fn revoke(&self, name: &ActorName, by: &Actor, now: Timestamp) -> Result<(), TokenError> {
        self.db.write("TokenStore::revoke", |state| {
            let revoked = state.tokens.remove(name).ok_or(TokenError::NotFound)?;
            end_sessions(state, revoked);
            state.audit(AuditEntry::token_revoked(name, by, now));
            Ok(())
        })
    }

    async fn touch(&self, id: TokenId, now: Timestamp) -> Result<(), StoreError> {
        self.db.write("TokenStore::touch", |state| {
            if let Some(token) = state.tokens.values_mut().find(|token| token.id == id) {
                token.used_at = Some(now);
            }
            Ok(())
        })
    }

    async fn instance(&self, candidate: InstanceId) -> Result<InstanceId, StoreError> {
        self.db.write("TokenStore::instance", |state| Ok(*state.instance.get_or_insert(candidate)))
    }
}

/// Ends the sessions that a token which is gone began.
fn end_sessions(state: &mut State, gone: Token) {
    let gone = Actor::token(gone.id, gone.name);
    state.sessions.retain(|_, session| session.actor != gone);
}
