//! Passwords and one-time codes without the slow parts.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use core_monitor_domain::ports::{OneTimeCodes, PasswordHashError, PasswordHasher, SetupToken};
use core_monitor_domain::time::Timestamp;
use core_monitor_domain::user::{OneTimeCode, Password, PasswordHash, TotpSecret, TotpStep, UserName};
use sha2::{Digest as _, Sha256};

/// Hashes passwords with one round of SHA-256: no test waits for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SimPasswordHasher;

fn hashed(password: &Password, salt: &str) -> String {
    let digest = Sha256::digest(format!("{salt}:{}", password.expose()));
    format!("$sim${salt}${}", hex(&digest))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[async_trait]
impl PasswordHasher for SimPasswordHasher {
    async fn hash(&self, password: &Password, salt: [u8; 32]) -> Result<PasswordHash, PasswordHashError> {
        Ok(PasswordHash::new(hashed(password, &hex(&salt))))
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<bool, PasswordHashError> {
        let Some(stored) = stored else { return Ok(false) };
        let salt = stored.expose().strip_prefix("$sim$").and_then(|rest| rest.split_once('$'));
        let (salt, _) = salt.ok_or(PasswordHashError::Failed)?;
        Ok(hashed(password, salt) == stored.expose())
    }
}

/// Codes that are the first digits of the secret and the step, written out.
#[derive(Debug, Clone, Copy, Default)]
pub struct SimCodes;

impl SimCodes {
    /// The code at this time.
    pub fn code(secret: &TotpSecret, now: Timestamp) -> String {
        Self::of(secret, step(now))
    }

    fn of(secret: &TotpSecret, step: u64) -> String {
        let sum: u64 = secret.expose().iter().map(|byte| u64::from(*byte)).sum();
        format!("{:06}", (sum * 7_919 + step) % 1_000_000)
    }
}

fn step(now: Timestamp) -> u64 {
    u64::try_from(now.as_millis() / 1_000).unwrap_or_default() / TotpStep::SECONDS
}

impl OneTimeCodes for SimCodes {
    fn step_of(&self, secret: &TotpSecret, code: &OneTimeCode, now: Timestamp) -> Option<TotpStep> {
        let now = step(now);
        let mut near = now.saturating_sub(1)..=now + 1;
        near.find(|step| Self::of(secret, *step) == code.digits()).map(TotpStep)
    }

    fn text(&self, secret: &TotpSecret) -> String {
        hex(secret.expose())
    }

    fn read(&self, text: &str) -> Option<TotpSecret> {
        let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
        let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
        bytes.filter(|bytes| bytes.len() == 20).and_then(|bytes| TotpSecret::new(&bytes).ok())
    }

    fn link(&self, secret: &TotpSecret, name: &UserName) -> String {
        format!("otpauth://totp/Sim:{name}?secret={}", self.text(secret))
    }
}

/// A setup token that is set by the test.
#[derive(Debug, Default)]
pub struct SimSetupToken(Mutex<Option<[u8; 32]>>);

impl SimSetupToken {
    /// Waits for this token from now on.
    pub fn open(&self, token: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Sha256::digest(token.as_bytes()).into());
    }
}

impl SetupToken for SimSetupToken {
    fn hash(&self) -> Option<[u8; 32]> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn discard(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
