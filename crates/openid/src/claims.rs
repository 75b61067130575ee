//! What is believed of a token, and what it says.

use std::collections::BTreeSet;
use std::time::Duration;

use core_monitor_domain::time::Timestamp;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims,
    IdTokenFields, StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The signatures that are believed: only those with a key that nobody but the provider has.
pub(crate) const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// How old a token may be that was just asked for, and how far the clocks may differ.
const FRESH: Duration = Duration::from_mins(10);

/// Most groups that are looked at.
const GROUPS: usize = 1_000;
/// Longest name of a group or of somebody.
const LONGEST: usize = 256;

/// The claims that are not the standard's own: one of them has the groups.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct MoreClaims(Map<String, Value>);

impl AdditionalClaims for MoreClaims {}

/// What a token of the provider says.
pub(crate) type Claims = IdTokenClaims<MoreClaims, CoreGenderClaim>;
/// What the provider says besides.
pub(crate) type Info = UserInfoClaims<MoreClaims, CoreGenderClaim>;

type Fields = IdTokenFields<
    MoreClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The provider, with where it is asked.
pub(crate) type Known = openidconnect::Client<
    MoreClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Whether a token that was issued `issued_at` milliseconds after the epoch is one that was just asked for.
pub(crate) fn is_fresh(issued_at: i64, now: Timestamp) -> bool {
    issued_at.abs_diff(now.as_millis()) <= u64::try_from(FRESH.as_millis()).unwrap_or(u64::MAX)
}

/// The groups in a claim: a list of texts, or one text. `None` if it is not there.
pub(crate) fn groups(claims: &MoreClaims, name: &str) -> Option<BTreeSet<String>> {
    let fits = |group: &&str| group.len() <= LONGEST;
    Some(match claims.0.get(name)? {
        Value::String(group) => Some(group.as_str()).into_iter().filter(fits).map(str::to_owned).collect(),
        Value::Array(groups) => {
            groups.iter().take(GROUPS).filter_map(Value::as_str).filter(fits).map(str::to_owned).collect()
        }
        _ => BTreeSet::new(),
    })
}

/// The names in a token and in what the provider says besides, the best ones first.
pub(crate) fn names(claims: &Claims, info: Option<&Info>) -> Vec<String> {
    let preferred = [claims.preferred_username(), info.and_then(Info::preferred_username)];
    let addresses = [claims.email(), info.and_then(Info::email)];
    let preferred = preferred.into_iter().flatten().map(|name| name.as_str());
    let addresses = addresses.into_iter().flatten().map(|address| address.as_str());
    preferred.chain(addresses).filter(|name| name.len() <= LONGEST).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_claim(value: &str) -> Option<Vec<String>> {
        let claims: MoreClaims = serde_json::from_str(value).unwrap();
        groups(&claims, "groups").map(|groups| groups.into_iter().collect())
    }

    #[test]
    fn groups_are_texts() {
        assert_eq!(in_claim("{}"), None);
        assert_eq!(in_claim(r#"{"groups": "devs"}"#), Some(vec!["devs".to_owned()]));
        let both = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(in_claim(r#"{"groups": ["b", 1, {"c": 2}, "a", null]}"#), Some(both));
        assert_eq!(in_claim(r#"{"groups": {"admins": true}}"#), Some(Vec::new()));
        let long = format!(r#"{{"groups": ["{}"]}}"#, "g".repeat(257));
        assert_eq!(in_claim(&long), Some(Vec::new()));
    }

    #[test]
    fn a_token_is_one_that_was_just_made() {
        let now = Timestamp::from_millis(1_700_000_000_000).unwrap();
        for (difference, expected) in [(0, true), (600_000, true), (600_001, false), (-600_001, false)] {
            assert_eq!(is_fresh(now.as_millis() + difference, now), expected, "{difference}");
        }
    }
}
