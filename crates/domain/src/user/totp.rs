//! One-time codes by the clock (RFC 6238), as authenticator apps show them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which span of 30 seconds since 1970 a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TotpStep(pub u64);

impl TotpStep {
    /// How long a code is shown, in seconds.
    pub const SECONDS: u64 = 30;
}

/// What codes are made from: 160 bits. It implements neither `Debug` nor `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

/// Bytes or text that no secret of codes has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret of one-time codes has 20 bytes")]
pub struct TotpSecretError;

impl TotpSecret {
    /// A secret from random bytes, of which the first 20 are used: as many as RFC 4226 recommends, and every app accepts.
    pub fn new(random: &[u8]) -> Result<Self, TotpSecretError> {
        let bytes = random.first_chunk::<20>().ok_or(TotpSecretError)?;
        Ok(Self(*bytes))
    }

    /// The bytes, to make codes or to seal them.
    pub fn expose(&self) -> &[u8; 20] {
        &self.0
    }
}

/// A code that somebody typed: six digits, with spaces in it or not. It is worth nothing after a minute, but has no `Display` all the same.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

/// Text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a one-time code has six digits")]
pub struct OneTimeCodeError;

impl OneTimeCode {
    /// The six digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl FromStr for OneTimeCode {
    type Err = OneTimeCodeError;

    fn from_str(text: &str) -> Result<Self, OneTimeCodeError> {
        let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(Self(digits)) } else { Err(OneTimeCodeError) }
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(…)")
    }
}
