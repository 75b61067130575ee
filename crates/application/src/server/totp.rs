//! The secrets of one-time codes, sealed in the store.

use core_monitor_domain::ids::UserId;
use core_monitor_domain::ports::{SealedSecret, StoreError, VaultError};
use core_monitor_domain::user::{Totp, TotpSecret};

use super::ServerPorts;

/// For what the secret of a user is sealed: copied to another user it is worth nothing.
pub(crate) fn purpose(user: UserId) -> String {
    format!("totp:{user}")
}

pub(super) fn seal_totp(
    ports: &ServerPorts,
    user: UserId,
    secret: &TotpSecret,
) -> Result<SealedSecret, VaultError> {
    ports.vault.seal(&purpose(user), secret.expose())
}

/// Opens it. A secret that cannot be opened lets nobody in: the user has to be invited again.
pub(super) fn open_totp(ports: &ServerPorts, user: UserId, totp: &Totp) -> Result<TotpSecret, StoreError> {
    let corrupt = |why: String| StoreError::Corrupt {
        what: format!("the one-time codes of user {user}: {why}"),
        source: None,
    };
    let bytes = ports.vault.open(&purpose(user), &totp.secret).map_err(|error| corrupt(error.to_string()))?;
    TotpSecret::new(&bytes).map_err(|error| corrupt(error.to_string()))
}
