//! Hashes of passwords, and one-time codes.

use async_trait::async_trait;

use crate::time::Timestamp;
use crate::user::{OneTimeCode, Password, PasswordHash, TotpSecret, TotpStep, UserName};

/// Why a password was not hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordHashError {
    /// So many wait for their turn that one more is turned away, since each takes much memory and time.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hasher failed, or the stored hash is damaged.
    #[error("the password cannot be checked")]
    Failed,
}

/// Hashes passwords slowly, a few at a time.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// The hash of a password, with `salt`, which is random.
    async fn hash(&self, password: &Password, salt: [u8; 32]) -> Result<PasswordHash, PasswordHashError>;

    /// Whether this is the password with the hash `stored`. Without a hash it is not, and that takes as long to find out.
    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<bool, PasswordHashError>;
}

/// Makes and checks one-time codes (RFC 6238: SHA-1, six digits, 30 seconds, which is what all apps understand).
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait OneTimeCodes: Send + Sync {
    /// The step that `code` is for, if it is that of `now`, the one before or the one after: clocks of phones differ, and people take
    /// their time.
    fn step_of(&self, secret: &TotpSecret, code: &OneTimeCode, now: Timestamp) -> Option<TotpStep>;

    /// The secret as apps take it when it is typed: 32 letters and digits.
    fn text(&self, secret: &TotpSecret) -> String;

    /// Reads what [`text`](Self::text) wrote.
    fn read(&self, text: &str) -> Option<TotpSecret>;

    /// A link that apps take, `otpauth://totp/…`, often as a QR code.
    fn link(&self, secret: &TotpSecret, name: &UserName) -> String;
}
