//! Questions: one GET, one list.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::names::InstanceKey;
use core_monitor_domain::ports::KeyListSource;
use core_monitor_message::Message;
use core_monitor_requests::{Trust, agent};
use tokio::task::spawn_blocking;
use ureq::Agent;
use ureq::http::{StatusCode, Uri};

use crate::{answer, said};

/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How large an answer may be.
const ANSWER: u64 = 2 << 20;

/// Asks over HTTP and HTTPS. Certificates are checked against those that the machine trusts, no redirect is followed and no proxy
/// is used.
#[derive(Debug, Clone)]
pub struct HttpKeyListSource {
    limit: Duration,
    /// Made when it is first needed: most installations have no list, and the certificates of the machine are read for it.
    agent: Arc<OnceLock<Agent>>,
}

impl Default for HttpKeyListSource {
    fn default() -> Self {
        Self { limit: LIMIT, agent: Arc::default() }
    }
}

#[async_trait]
impl KeyListSource for HttpKeyListSource {
    async fn keys(&self, url: &str) -> Result<BTreeSet<InstanceKey>, Message> {
        let host = host(url)?;
        let (source, address, asked) = (self.clone(), url.to_owned(), host.clone());
        // On a thread where waiting disturbs nobody.
        let done = spawn_blocking(move || source.keys_now(&address, &asked)).await;
        done.unwrap_or_else(|error| Err(said::key_source_unreachable(host, error)))
    }
}

impl HttpKeyListSource {
    fn keys_now(&self, url: &str, host: &str) -> Result<BTreeSet<InstanceKey>, Message> {
        let failure = |error: ureq::Error| self.failure(host, &error);
        let agent = self.agent.get_or_init(|| agent(&Trust::of_machine(), self.limit));
        let mut response = agent.get(url).header("Accept", "application/json").call().map_err(failure)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(said::key_source_redirected(host, status));
        }
        if status != StatusCode::OK {
            return Err(said::key_source_refused(host, status));
        }
        // The limit of the library is one that is not reached.
        let body = response.body_mut().with_config().limit(ANSWER + 1).read_to_vec().map_err(failure)?;
        answer::keys(host, &body)
    }

    fn failure(&self, host: &str, error: &ureq::Error) -> Message {
        let slow = || said::key_source_slow(host, self.limit.as_secs());
        match error {
            ureq::Error::Timeout(_) => slow(),
            ureq::Error::Io(error) if error.kind() == ErrorKind::TimedOut => slow(),
            ureq::Error::BodyExceedsLimit(_) => said::key_source_large(host, ANSWER),
            other => said::key_source_unreachable(host, other),
        }
    }
}

/// The host of an address that can be asked.
fn host(url: &str) -> Result<String, Message> {
    let parsed = url.parse::<Uri>().ok().filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    let host = parsed.as_ref().and_then(Uri::host).filter(|host| !host.is_empty());
    host.map(str::to_owned).ok_or_else(|| said::key_source_address(url))
}

#[cfg(test)]
mod tests;
