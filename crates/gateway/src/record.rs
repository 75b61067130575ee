//! The access log: one line for each answered request, written when the answer has ended.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::Clock;
use http::{Method, StatusCode};

/// What is written about a request. Neither its query nor its headers are, since they may have secrets.
pub(crate) struct Record {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) began: Duration,
    pub(crate) client: IpAddr,
    pub(crate) method: Method,
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) status: StatusCode,
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
        Self { clock, began, client, method, host, path, status: StatusCode::OK, sent: 0, is_whole }
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
            status = self.status.as_u16(),
            bytes = self.sent,
            whole = self.is_whole,
            millis = u64::try_from(millis).unwrap_or(u64::MAX),
            "answered"
        );
    }
}
