//! [`PasswordHasher`]: Argon2id, with the parameters that OWASP recommends.

use std::sync::{Arc, OnceLock};

use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use core_monitor_domain::ports::{PasswordHashError, PasswordHasher};
use core_monitor_domain::user::{Password, PasswordHash};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// How many passwords are hashed at a time: one takes a core for some 20 ms and 19 MiB, and the requests of everybody else need the others.
const AT_A_TIME: usize = 1;
/// How many wait for their turn at most, which is a second or two.
const WAITING: usize = 64;

/// Hashes passwords with Argon2id: 19 MiB, two passes, one lane. Stored hashes name their parameters, so these can grow.
#[derive(Debug, Clone)]
pub struct ArgonHasher {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// What the password of nobody is compared with.
    nobody: Arc<OnceLock<String>>,
}

impl Default for ArgonHasher {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_A_TIME)),
            queue: Arc::new(Semaphore::new(WAITING)),
            nobody: Arc::default(),
        }
    }
}

fn argon() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn hashed(password: &[u8], salt: &[u8]) -> password_hash::Result<String> {
    argon().hash_password_with_salt(password, salt).map(|hash| hash.to_string())
}

impl ArgonHasher {
    /// Does `work` on a thread of its own, once it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordHashError> + Send + 'static,
    ) -> Result<T, PasswordHashError> {
        let _waiting = self.queue.try_acquire().map_err(|_| PasswordHashError::Busy)?;
        // The turn goes with the work, which goes on when whoever asked has left.
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| PasswordHashError::Failed)?;
        let done = spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|_| PasswordHashError::Failed)?
    }
}

fn failed(error: password_hash::Error) -> PasswordHashError {
    tracing::error!(%error, "a password cannot be hashed, or a stored hash is damaged");
    PasswordHashError::Failed
}

#[async_trait]
impl PasswordHasher for ArgonHasher {
    async fn hash(&self, password: &Password, salt: [u8; 32]) -> Result<PasswordHash, PasswordHashError> {
        let password = password.clone();
        self.in_turn(move || {
            let hash = hashed(password.expose().as_bytes(), &salt).map_err(failed)?;
            Ok(PasswordHash::new(hash))
        })
        .await
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<bool, PasswordHashError> {
        let password = password.clone();
        let nobody = Arc::clone(&self.nobody);
        self.in_turn(move || {
            let is_somebody = stored.is_some();
            let hash = match &stored {
                Some(stored) => stored.expose(),
                // The first time takes twice as long, which tells nothing about a name: it happens once.
                None => nobody.get_or_init(|| hashed(b"nobody", b"the salt of nobody").unwrap_or_default()),
            };
            match argon().verify_password(password.expose().as_bytes(), hash) {
                Ok(()) => Ok(is_somebody),
                Err(password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(failed(error)),
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::given(text.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash() {
        let hasher = ArgonHasher::default();
        let hash = hasher.hash(&password("correct horse"), [7; 32]).await.unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.expose());
        assert_eq!(hasher.verify(&password("correct horse"), Some(hash.clone())).await, Ok(true));
        assert_eq!(hasher.verify(&password("correct house"), Some(hash.clone())).await, Ok(false));
        let other = hasher.hash(&password("correct horse"), [8; 32]).await.unwrap();
        assert_ne!(hash, other, "the salt is part of it");
    }

    #[tokio::test]
    async fn nobody_has_no_password() {
        let hasher = ArgonHasher::default();
        for guess in ["", "nobody", "correct horse"] {
            assert_eq!(hasher.verify(&password(guess), None).await, Ok(false), "{guess}");
        }
    }

    #[tokio::test]
    async fn a_damaged_hash_is_an_error_and_lets_nobody_in() {
        let hasher = ArgonHasher::default();
        for damaged in ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA"] {
            let stored = Some(PasswordHash::new(damaged));
            assert_ne!(hasher.verify(&password("plain"), stored).await, Ok(true), "{damaged}");
        }
    }

    #[tokio::test]
    async fn whoever_comes_when_many_wait_is_turned_away() {
        let hasher = ArgonHasher { queue: Arc::new(Semaphore::new(0)), ..ArgonHasher::default() };
        assert_eq!(hasher.verify(&password("x"), None).await, Err(PasswordHashError::Busy));
    }
}
