//! Adapters for signing in: hashes of passwords with Argon2id, and one-time codes of RFC 6238.

mod argon;
mod totp;

pub use argon::ArgonHasher;
pub use totp::TotpCodes;
