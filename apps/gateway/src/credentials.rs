//! Who may wake a service that not everybody may wake: whoever has a token of Core Monitor.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_application::tokens::token_of;
use core_monitor_domain::ports::TokenStore;
use core_monitor_gateway_proxy::{Credentials, CredentialsUnknown};
use tracing::warn;

/// The tokens in the database.
pub(crate) struct Tokens(pub(crate) Arc<dyn TokenStore>);

#[async_trait]
impl Credentials for Tokens {
    async fn may_wake(&self, token: &str) -> Result<bool, CredentialsUnknown> {
        match token_of(&*self.0, token).await {
            Ok(found) => Ok(found.is_some()),
            Err(error) => {
                warn!(%error, "cannot find out whether a token may wake a service");
                Err(CredentialsUnknown)
            }
        }
    }
}
