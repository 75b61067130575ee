//! Requests: one POST, one answer.

use std::io::{ErrorKind, Read as _};
use std::time::Duration;

use core_monitor_domain::ports::SendFailure;
use core_monitor_requests::{Trust, agent};
use tokio::task::spawn_blocking;
use ureq::Agent;
use ureq::http::HeaderValue;
use url::Url;

use crate::answer::Hidden;
use crate::trust::{cause_in_tls, insecure};

/// How long all of it may take.
const LIMIT: Duration = Duration::from_secs(10);

/// How much of an answer is read.
const ANSWER: u64 = 4 << 10;

/// The form of a body in JSON.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Who is asked, and how.
#[derive(Clone)]
pub(crate) struct Poster {
    agent: Agent,
    url: Url,
    hidden: Hidden,
    limit: Duration,
}

impl Poster {
    /// Requests go to `url`, whose path and query are as good as secrets.
    pub(crate) fn new(url: Url, trust: &Trust, hidden: Hidden) -> Self {
        let hidden = hidden.and(url.path()).and(url.query().unwrap_or_default());
        let hidden = url.path_segments().into_iter().flatten().fold(hidden, Hidden::and);
        let hidden = url.query_pairs().fold(hidden, |hidden, (_, value)| hidden.and(&value));
        Self { agent: agent(trust, LIMIT), url, hidden, limit: LIMIT }
    }

    /// With another limit, for tests that wait for it.
    #[cfg(test)]
    pub(crate) fn within(mut self, limit: Duration, trust: &Trust) -> Self {
        self.agent = agent(trust, limit);
        self.limit = limit;
        self
    }

    /// Sends a body and reads the answer, on a thread where waiting disturbs nobody.
    pub(crate) async fn post(
        &self,
        headers: Vec<(&'static str, HeaderValue)>,
        body: Vec<u8>,
    ) -> Result<(), SendFailure> {
        let poster = self.clone();
        let done = spawn_blocking(move || poster.post_now(headers, &body)).await;
        done.unwrap_or_else(|error| Err(SendFailure::Unusable { reason: error.to_string() }))
    }

    fn post_now(&self, headers: Vec<(&'static str, HeaderValue)>, body: &[u8]) -> Result<(), SendFailure> {
        let mut request = self.agent.post(self.url.as_str());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.send(body).map_err(|error| self.failure(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(());
        }
        let mut answer = Vec::new();
        // The status alone says enough if the rest does not arrive.
        let _ = response.into_body().into_reader().take(ANSWER).read_to_end(&mut answer);
        Err(self.refusal(status.as_u16(), &status.to_string(), &String::from_utf8_lossy(&answer)))
    }

    fn refusal(&self, status: u16, words: &str, answer: &str) -> SendFailure {
        let host = self.host();
        let answer = self.hidden.told(words, answer);
        match status {
            300..=399 => SendFailure::Redirected { host, status },
            401 | 403 => SendFailure::Credentials { host, answer },
            408 | 425 | 429 | 500.. => SendFailure::Later { host, answer },
            _ => SendFailure::Rejected { host, answer },
        }
    }

    fn failure(&self, error: &ureq::Error) -> SendFailure {
        let host = self.host();
        if let Some(cause) = tls(error) {
            return insecure(host, cause);
        }
        match error {
            ureq::Error::Tls(reason) => SendFailure::Tls { host, reason: (*reason).to_owned() },
            ureq::Error::HostNotFound => SendFailure::NoSuchName { host },
            ureq::Error::Timeout(_) => SendFailure::TimedOut { host, seconds: self.limit.as_secs() },
            ureq::Error::Io(error) if error.kind() == ErrorKind::TimedOut => {
                SendFailure::TimedOut { host, seconds: self.limit.as_secs() }
            }
            ureq::Error::Io(error) => {
                SendFailure::Unreachable { host, reason: self.hidden.first_line(&error.to_string()) }
            }
            other => SendFailure::Unreachable { host, reason: self.hidden.first_line(&other.to_string()) },
        }
    }

    fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }
}

fn tls(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(error) => cause_in_tls(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
