//! Sessions: what a browser has in place of a token, for as long as it is used.
//!
//! A session acts as whoever began it, today the holder of a token. Its secret is a cookie that scripts cannot read; the CSRF token
//! that every write repeats is made from the secret, and so is not stored either.

use std::net::IpAddr;
use std::time::Duration;

use core_monitor_message::acts;
use sha2::{Digest as _, Sha256};

use crate::actor::Actor;
use crate::ids::SessionId;
use crate::keyed_hash::keyed_hash;
use crate::time::Timestamp;

mod provider_sign_in;
mod sign_in_limit;

pub use provider_sign_in::{AT_THE_PROVIDER_FOR, ProviderSignIns, SignInSecrets};
pub use sign_in_limit::{SignInLimit, TooManySignIns, UserLimit};

/// How often the last use of a session is written at most.
pub const USE_IS_WRITTEN_EVERY: Duration = Duration::from_mins(1);

/// SHA-256 of the secret of a session. The secret has 256 random bits, so a slow hash would add nothing.
pub type SessionHash = [u8; 32];

/// The secret of a session, known only to its browser. It implements neither `Debug` nor `Display`.
#[derive(Clone)]
pub struct SessionSecret([u8; 32]);

impl SessionSecret {
    /// A secret of 256 random bits.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bits, to hand them to the browser.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// What is stored of it, and what it is found by.
    pub fn hash(&self) -> SessionHash {
        Sha256::digest(self.0).into()
    }

    /// The CSRF token: 64 hexadecimal digits that only who has the secret can compute, and that do not give it away.
    pub fn csrf_token(&self) -> String {
        keyed_hash(&self.0, [b"csrf".as_slice()])
    }
}

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identity.
    pub id: SessionId,
    /// Whom it acts as.
    pub actor: Actor,
    /// The hash of its secret.
    pub hash: SessionHash,
    /// When somebody signed in.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub used_at: Timestamp,
    /// What the browser calls itself.
    pub client: String,
    /// Where the sign-in came from, as the server sees it: a reverse proxy has its own address.
    pub address: Option<IpAddr>,
}

impl Session {
    /// Longest name of a browser in characters; the rest is cut off.
    pub const LONGEST_CLIENT: usize = 256;

    /// A name of a browser that is short and does nothing but be shown.
    pub fn client_name(text: &str) -> String {
        let visible = text.trim().chars().map(|character| if acts(character) { ' ' } else { character });
        visible.take(Self::LONGEST_CLIENT).collect()
    }

    /// Whether a use at `now` is to be written.
    pub fn use_is_due(&self, now: Timestamp) -> bool {
        now.since(self.used_at) >= USE_IS_WRITTEN_EVERY
    }
}

/// How long sessions last, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// A session that is not used for this long is over.
    pub idle: Duration,
    /// A session this old is over.
    pub age: Duration,
    /// How many sessions may act as the same actor.
    pub per_actor: usize,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle: Duration::from_hours(12), age: Duration::from_hours(720), per_actor: 32 }
    }
}

/// What leaves when a session begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leaving {
    /// Sessions that are over anyway.
    pub over: Vec<SessionId>,
    /// Sessions of the same actor that make room, those not used for longest.
    pub crowded_out: Vec<SessionId>,
}

impl SessionLimits {
    /// When the session is over however much it is used.
    pub fn expires_at(&self, session: &Session) -> Timestamp {
        session.created_at.plus(self.age)
    }

    /// When it is over if it is not used again.
    pub fn idle_expires_at(&self, session: &Session) -> Timestamp {
        session.used_at.plus(self.idle).min(self.expires_at(session))
    }

    /// Whether the session is over. A limit that was shortened holds for sessions that have begun before, too.
    pub fn is_over(&self, session: &Session, now: Timestamp) -> bool {
        now >= self.idle_expires_at(session)
    }

    /// What of the `stored` sessions leaves when `new` begins.
    pub fn leaving(&self, stored: &[Session], new: &Session) -> Leaving {
        let (over, alive): (Vec<_>, Vec<_>) =
            stored.iter().partition(|session| self.is_over(session, new.created_at));
        let mut same: Vec<_> = alive.into_iter().filter(|session| session.actor == new.actor).collect();
        same.sort_by_key(|session| (session.used_at, session.created_at, session.id));
        let room = self.per_actor.saturating_sub(1);
        let excess = same.len().saturating_sub(room);
        Leaving {
            over: over.into_iter().map(|session| session.id).collect(),
            crowded_out: same.into_iter().take(excess).map(|session| session.id).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
