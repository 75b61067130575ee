//! What the gateway asks of whoever draws its waiting pages.

use std::time::Duration;

use bytes::Bytes;
use core_monitor_application::gateway::{Face, Standing};
use core_monitor_domain::names::ServiceName;

use crate::status::Status;

/// Draws the page that a browser sees while a service is not awake.
pub trait WaitingPages: Send + Sync {
    /// The page. It is asked for in the middle of a request, so it must not wait for anything.
    fn page(&self, ask: &PageAsk<'_>) -> Page;
}

/// What a page is about.
#[derive(Debug)]
pub struct PageAsk<'a> {
    /// What is declared for the service, and the name of its stack.
    pub face: &'a Face,
    /// The name of the service.
    pub service: &'a ServiceName,
    /// How it stands.
    pub standing: &'a Standing,
    /// The same as the events say it.
    pub status: &'a Status,
    /// Since when somebody has been waiting for the start, if one is under way.
    pub elapsed: Option<Duration>,
    /// After how long the browser may ask again.
    pub retry_after: Duration,
    /// Whether this visitor may wake the service. If not, somebody who may has to do it in Core Monitor.
    pub may_wake: bool,
    /// The header `Accept-Language`; empty if there is none.
    pub accept_language: &'a str,
    /// The address of Core Monitor, if it is known.
    pub core_monitor_url: Option<&'a str>,
    /// A value for the attribute `nonce` that is used for this page only.
    pub nonce: &'a str,
    /// Where the page listens to events, as a path.
    pub events_path: &'a str,
    /// Where the page asks for the status, as a path.
    pub status_path: &'a str,
    /// Where the form that asks for another try is posted, as a path.
    pub retry_path: &'a str,
    /// The value of the field `token` of that form.
    pub token: &'a str,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its text, in UTF-8.
    pub html: Bytes,
    /// The value of its header `Content-Security-Policy`.
    pub csp: String,
}

/// A page with the least that is necessary, for tests and examples: it says the phase and asks again by itself.
#[derive(Debug, Clone, Copy)]
pub struct BarePages;

impl WaitingPages for BarePages {
    fn page(&self, ask: &PageAsk<'_>) -> Page {
        let seconds = ask.retry_after.as_secs().max(1);
        let phase = serde_json::to_string(&ask.status.phase).unwrap_or_default();
        // The names of services have no characters that mean something in HTML.
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta http-equiv=\"refresh\" content=\"{seconds}\">\
             <title>{service}</title><p>{service}: {phase}</p></html>",
            service = ask.service,
        );
        let csp = format!("default-src 'none'; style-src 'nonce-{}'", ask.nonce);
        Page { html: Bytes::from(html), csp }
    }
}
