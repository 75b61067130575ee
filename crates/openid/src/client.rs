//! Requests to the provider.

use std::time::Duration;

use core_monitor_requests::{Trust, agent};
use openidconnect::{HttpRequest, HttpResponse};
use ureq::Agent;
use url::Url;

/// How long one request may take in all.
const LIMIT: Duration = Duration::from_secs(10);

/// How much of an answer is read. Lists of keys have some kilobytes.
const ANSWER: u64 = 512 << 10;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    /// The address is not one that may be asked.
    #[error("`{0}` is not an address with https")]
    Insecure(String),
    /// The provider sends somewhere else, where nobody said that it may.
    #[error("the provider answers with a redirect, which is not followed")]
    Redirected,
    /// There is no answer, or one that is too long.
    #[error("{0}")]
    Failed(String),
}

/// Asks the provider.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    /// Whether the provider is on this machine, so that plain HTTP to it stays here.
    is_local: bool,
}

impl Client {
    pub(crate) fn new(issuer: &Url, trust: &Trust) -> Self {
        Self { agent: agent(trust, LIMIT), is_local: is_local(issuer) }
    }

    /// Whether an address may be asked, or shown to a browser.
    pub(crate) fn may_use(&self, url: &Url) -> bool {
        url.scheme() == "https" || (self.is_local && is_local(url))
    }

    /// One request, one answer; on a thread where waiting disturbs nobody.
    pub(crate) fn send(&self, request: HttpRequest) -> Result<HttpResponse, RequestError> {
        let address = request.uri().to_string();
        if !Url::parse(&address).is_ok_and(|url| self.may_use(&url)) {
            return Err(RequestError::Insecure(address));
        }
        let failed = |error: ureq::Error| RequestError::Failed(error.to_string());
        let (head, body) = request.into_parts();
        // A GET with a body, even an empty one, is refused by some servers.
        let answer = if body.is_empty() {
            self.agent.run(http::Request::from_parts(head, ()))
        } else {
            self.agent.run(http::Request::from_parts(head, body))
        };
        let (head, body) = answer.map_err(failed)?.into_parts();
        if head.status.is_redirection() {
            return Err(RequestError::Redirected);
        }
        let body = body.into_with_config().limit(ANSWER).read_to_vec().map_err(failed)?;
        Ok(http::Response::from_parts(head, body))
    }
}

/// Whether plain HTTP to this address stays on this machine.
pub(crate) fn is_local(url: &Url) -> bool {
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(issuer: &str) -> Client {
        Client::new(&issuer.parse().unwrap(), &Trust::default())
    }

    #[test]
    fn plain_http_is_used_only_on_this_machine() {
        let (local, remote) = (client("http://127.0.0.1:9000"), client("https://id.example.org"));
        let may = |client: &Client, url: &str| client.may_use(&url.parse().unwrap());
        assert!(may(&local, "http://127.0.0.1:9000/token") && may(&local, "http://[::1]/"));
        assert!(may(&remote, "https://elsewhere.example.org/token"));
        assert!(!may(&local, "http://id.example.org/token"));
        for url in ["http://127.0.0.1/token", "http://id.example.org/", "file:///etc/passwd"] {
            assert!(!may(&remote, url), "{url}");
        }
    }

    #[test]
    fn an_address_that_may_not_be_asked_is_not() {
        let request = http::Request::builder().uri("http://169.254.169.254/").body(Vec::new()).unwrap();
        let refused = client("https://id.example.org").send(request);
        assert!(matches!(refused, Err(RequestError::Insecure(_))));
    }
}
