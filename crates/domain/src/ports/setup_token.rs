//! What the first user is created with.

/// The token that whoever installs Core Monitor finds on the host, and with which the first user is created: once.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SetupToken: Send + Sync {
    /// SHA-256 of it; `None` once there was a user.
    fn hash(&self) -> Option<[u8; 32]>;

    /// Makes it worthless for ever.
    fn discard(&self);
}
