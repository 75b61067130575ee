//! HTTP requests to addresses that somebody has configured: channels of alerts, lists of keys, providers of identities.
//!
//! What such an address answers is not to be believed more than it has to be, so every caller gets the same [`agent`].
#![forbid(unsafe_code)]

mod trust;

use std::time::Duration;

use ureq::Agent;

pub use trust::{Trust, TrustError};

/// Longest heads of an answer, in bytes.
const HEADS: usize = 16 << 10;

/// Makes requests that take at most `limit` in all. No redirect is followed, so that an answer cannot choose who is asked next, and no
/// proxy of the environment is used. Each status is an answer; how much of a body is read is for the caller to limit. Each request has a
/// connection of its own: they are rare, and one that was kept open is often dead.
pub fn agent(trust: &Trust, limit: Duration) -> Agent {
    Agent::config_builder()
        .tls_config(trust.of_requests())
        .timeout_global(Some(limit))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .max_idle_connections(0)
        .max_response_header_size(HEADS)
        .user_agent(concat!("core-monitor/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}
