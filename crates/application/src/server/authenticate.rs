//! Who is asking.

use core_monitor_domain::ports::{StoreError, TokenStore};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Somebody with a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The token's name; the actor in the audit.
    pub name: String,
}

/// Finds whom `secret` stands for. Takes the same time for every wrong secret: all hashes are compared, each whole.
pub async fn authenticate(tokens: &dyn TokenStore, secret: &str) -> Result<Option<Principal>, StoreError> {
    let hash = Sha256::digest(secret.as_bytes());
    let mut found = None;
    for token in tokens.list().await? {
        if bool::from(token.hash.as_slice().ct_eq(&hash)) {
            found = Some(Principal { name: token.name });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::ids::TokenId;
    use core_monitor_domain::ports::{MockTokenStore, Token};
    use core_monitor_domain::time::Timestamp;

    use super::*;

    fn tokens(secrets: &[(&str, &str)]) -> MockTokenStore {
        let list: Vec<_> = secrets
            .iter()
            .map(|(name, secret)| Token {
                id: TokenId(uuid::Uuid::nil()),
                name: (*name).to_owned(),
                hash: Sha256::digest(secret.as_bytes()).into(),
                created_at: Timestamp::from_millis(0).unwrap(),
            })
            .collect();
        let mut store = MockTokenStore::new();
        store.expect_list().returning(move || Ok(list.clone()));
        store
    }

    #[tokio::test]
    async fn a_secret_stands_for_the_token_it_was_made_with() {
        let store = tokens(&[("ada", "one"), ("bob", "two")]);
        let name = async |secret| authenticate(&store, secret).await.unwrap().map(|p| p.name);
        assert_eq!(name("two").await.as_deref(), Some("bob"));
        assert_eq!(name("one").await.as_deref(), Some("ada"));
        assert_eq!(name("three").await, None);
        assert_eq!(name("").await, None);
    }

    #[tokio::test]
    async fn without_tokens_nobody_gets_in() {
        assert_eq!(authenticate(&tokens(&[]), "one").await.unwrap(), None);
    }
}
