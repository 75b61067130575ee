//! Who may wake a service that not everybody may wake: whoever has a token of Core Monitor that may.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_application::tokens::TokenRights;
use core_monitor_domain::access::Action;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{Clock, StackStore, TokenStore};
use core_monitor_gateway_proxy::{Credentials, CredentialsUnknown};
use tracing::warn;

/// The tokens in the database, and what they are for.
pub(crate) struct Rights {
    pub(crate) tokens: Arc<dyn TokenStore>,
    pub(crate) stacks: Arc<dyn StackStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Credentials for Rights {
    async fn may_wake(&self, token: &str, stack: StackId) -> Result<bool, CredentialsUnknown> {
        let Self { tokens, stacks, clock } = self;
        let rights = TokenRights { tokens: &**tokens, stacks: &**stacks, clock: &**clock };
        rights.allow(token, Action::WakeService, stack).await.map_err(|error| {
            warn!(%error, "cannot find out whether a token may wake a service");
            CredentialsUnknown
        })
    }
}
