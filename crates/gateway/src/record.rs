//! The access log: one line for each request, written when its answer has ended or its client has gone away.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::Clock;
use http::{Method, StatusCode};

/// What is written instead of a status if the client went away before there was one, as nginx does.
const CLIENT_GONE: u16 = 499;

/// What is written about a request. Neither its query nor its headers are, since they may have secrets.
pub(crate) struct Record {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) began: Duration,
    pub(crate) client: IpAddr,
    pub(crate) method: Method,
    pub(crate) host: String,
    pub(crate) path: String,
    /// `None` as long as there is no answer.
    pub(crate) status: Option<StatusCode>,
    sent: u64,
    is_whole: bool,
}

impl Record {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        client: IpAddr,
        method: Method,
        host: String,
        path: String,
    ) -> Self {
        let began = clock.elapsed();
        // The answer to a HEAD request has nothing to break off.
        let is_whole = method == Method::HEAD;
        Self { clock, began, client, method, host, path, status: None, sent: 0, is_whole }
    }

    /// The status as it is written.
    fn code(&self) -> u16 {
        self.status.map_or(CLIENT_GONE, |status| status.as_u16())
    }

    /// So many more bytes of the body were passed on.
    pub(crate) fn sent(&mut self, bytes: u64) {
        self.sent += bytes;
    }

    /// The answer has been read to its end. One that breaks off, or whose client goes away, never is.
    pub(crate) fn is_whole(&mut self) {
        self.is_whole = true;
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let millis = self.clock.elapsed().saturating_sub(self.began).as_millis();
        tracing::info!(
            target: "access",
            client = %self.client,
            method = %self.method,
            host = self.host,
            path = self.path,
            status = self.code(),
            bytes = self.sent,
            whole = self.is_whole,
            millis = u64::try_from(millis).unwrap_or(u64::MAX),
            "answered"
        );
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_simulation::runtime_clock::RuntimeClock;

    use super::*;

    #[tokio::test]
    async fn a_request_without_an_answer_has_no_status_of_one() {
        let clock = Arc::new(RuntimeClock::new());
        let client = IpAddr::from([192, 0, 2, 1]);
        let mut record = Record::new(clock, client, Method::GET, "a.test".to_owned(), "/".to_owned());
        assert_eq!(record.code(), 499);
        record.status = Some(StatusCode::OK);
        assert_eq!(record.code(), 200);
    }
}
