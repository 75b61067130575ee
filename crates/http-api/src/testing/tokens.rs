//! Tokens.

use core_monitor_domain::access::Grant;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::TokenId;
use core_monitor_domain::ports::{Clock as _, IdSource as _, Token};
use sha2::{Digest as _, Sha256};

use super::World;

impl World {
    /// Issues a token with this grant, and gives its secret. Its name is none of the examples of the document, so that trying all operations
    /// does not revoke it.
    pub(crate) async fn token_with(&self, grant: Grant) -> String {
        let secret = "cm_of-whoever-asks".to_owned();
        let token = Token {
            id: TokenId(self.ids.next_uuid()),
            name: "whoever asks".parse().unwrap(),
            hash: Sha256::digest(&secret).into(),
            grant,
            created_at: self.clock.now(),
            expires_at: None,
            used_at: None,
        };
        self.database.token_store().replace(&token, &Actor::server()).await.unwrap();
        secret
    }
}
