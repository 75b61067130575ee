//! [`UserStore`] in memory.

use std::ops::Bound;

use async_trait::async_trait;
use core_monitor_domain::access::Action;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::audit::AuditEntry;
use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{StoreError, UserError, UserStore};
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{ProviderSubject, User, UserChange, UserName};

use super::SimDatabase;
use super::state::State;

/// Users in memory.
#[derive(Debug, Clone)]
pub struct SimUserStore {
    db: SimDatabase,
}

impl SimUserStore {
    pub(super) fn new(db: SimDatabase) -> Self {
        Self { db }
    }

    fn first(
        &self,
        what: &'static str,
        is_meant: impl Fn(&User) -> bool,
    ) -> Result<Option<User>, StoreError> {
        self.db.read(what, |state| Ok(state.users.values().find(|user| is_meant(user)).cloned()))
    }
}

#[async_trait]
impl UserStore for SimUserStore {
    async fn list(&self, after: Option<UserName>, limit: u32) -> Result<Vec<User>, StoreError> {
        self.db.read("UserStore::list", |state| {
            let after = after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
            let users = state.users.range::<UserName, _>((after, Bound::Unbounded));
            let most = usize::try_from(limit).unwrap_or(usize::MAX);
            Ok(users.map(|(_, user)| user.clone()).take(most).collect())
        })
    }

    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.first("UserStore::find", |user| user.id == id)
    }

    async fn named(&self, name: &UserName) -> Result<Option<User>, StoreError> {
        self.first("UserStore::named", |user| user.name == *name)
    }

    async fn invited(&self, hash: &[u8; 32]) -> Result<Option<User>, StoreError> {
        self.first("UserStore::invited", |user| {
            user.invitation.as_ref().is_some_and(|invitation| invitation.hash == *hash)
        })
    }

    async fn provided(&self, subject: &ProviderSubject) -> Result<Option<User>, StoreError> {
        self.first("UserStore::provided", |user| user.provided.as_ref() == Some(subject))
    }

    async fn add(&self, user: &User, most: u32, by: &Actor) -> Result<(), UserError> {
        self.db.write("UserStore::add", |state| {
            if state.users.contains_key(&user.name) {
                return Err(UserError::NameTaken);
            }
            if state.users.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
                return Err(UserError::TooMany { most });
            }
            state.users.insert(user.name.clone(), user.clone());
            state.audit(AuditEntry::user_added(user, user.added_by(), by));
            Ok(())
        })
    }

    async fn add_first(&self, user: &User) -> Result<(), UserError> {
        self.db.write("UserStore::add_first", |state| {
            if !state.users.is_empty() {
                return Err(UserError::NotFirst);
            }
            state.users.insert(user.name.clone(), user.clone());
            state.audit(AuditEntry::user_added(user, Action::SetUp, &user.actor()));
            Ok(())
        })
    }

    async fn change(
        &self,
        id: UserId,
        change: &UserChange,
        by: &Actor,
        now: Timestamp,
    ) -> Result<User, UserError> {
        self.db.write("UserStore::change", |state| {
            let user = state.users.values().find(|user| user.id == id).ok_or(UserError::NotFound)?;
            let mut changed = user.clone();
            change.apply(&mut changed, now)?;
            if user.administers() && !changed.administers() {
                somebody_else_administers(state, id)?;
            }
            state.users.insert(changed.name.clone(), changed.clone());
            let actor = changed.actor();
            state.sessions.retain(|id, session| session.actor != actor || !change.ends(*id));
            if let Some(entry) = AuditEntry::user_changed(&changed, change, by, now) {
                state.audit(entry);
            }
            Ok(changed)
        })
    }

    async fn remove(&self, name: &UserName, by: &Actor, now: Timestamp) -> Result<(), UserError> {
        self.db.write("UserStore::remove", |state| {
            let user = state.users.get(name).cloned().ok_or(UserError::NotFound)?;
            if user.administers() {
                somebody_else_administers(state, user.id)?;
            }
            state.users.remove(name);
            let actor = user.actor();
            state.sessions.retain(|_, session| session.actor != actor);
            state.audit(AuditEntry::user_removed(&user, by, now));
            Ok(())
        })
    }
}

fn somebody_else_administers(state: &State, than: UserId) -> Result<(), UserError> {
    let is_there = state.users.values().any(|user| user.id != than && user.administers());
    if is_there { Ok(()) } else { Err(UserError::LastAdministrator) }
}
