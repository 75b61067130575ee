//! Who may wake a service that not everybody may wake.

use async_trait::async_trait;
use core_monitor_domain::ids::StackId;
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// What the tokens of Core Monitor begin with. What begins otherwise belongs to the service.
const PREFIX: &str = "cm_";

/// Knows the tokens of Core Monitor.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// Whether a request with this token may wake services of this stack.
    ///
    /// # Errors
    /// It cannot be found out now.
    async fn may_wake(&self, token: &str, stack: StackId) -> Result<bool, CredentialsUnknown>;
}

/// It cannot be found out now who may wake services: the database does not answer, for example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it cannot be found out now whether this token may wake the service: try again in a moment")]
pub struct CredentialsUnknown;

/// Nobody may wake a service that not everybody may wake.
#[derive(Debug, Clone, Copy)]
pub struct NoCredentials;

#[async_trait]
impl Credentials for NoCredentials {
    async fn may_wake(&self, _: &str, _: StackId) -> Result<bool, CredentialsUnknown> {
        Ok(false)
    }
}

/// The token of Core Monitor in `Authorization: Bearer`. The header is the service's, and other tokens in it are never looked up.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut said = headers.get_all(AUTHORIZATION).iter();
    let only = said.next().filter(|_| said.next().is_none())?;
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX)).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(AUTHORIZATION, line.parse().unwrap());
        }
        bearer(&headers).map(str::to_owned)
    }

    #[test]
    fn only_a_token_of_core_monitor_is_taken_from_the_header_of_the_service() {
        assert_eq!(of(&["Bearer cm_abc"]).unwrap(), "cm_abc");
        assert_eq!(of(&["bearer  cm_abc"]).unwrap(), "cm_abc");
        for other in [
            &["Bearer abc"][..],
            &["Bearer CM_abc"],
            &["Basic cm_abc"],
            &["cm_abc"],
            &["Bearer"],
            &["Bearer cm_a", "Bearer cm_b"],
            &[],
        ] {
            assert_eq!(of(other), None, "{other:?}");
        }
    }
}
