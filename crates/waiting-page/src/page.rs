//! A page: what it is made from, and what it becomes.

mod content;
mod document;
mod outcome;
pub(crate) mod watcher;

use crate::{Language, Nonce, Progress, Theme};

/// Everything that a page shows.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The service that is not ready.
    pub service: Service<'a>,
    /// How far its start has come.
    pub progress: Progress<'a>,
    /// The language of the page.
    pub language: Language,
    /// How it looks. A custom theme takes its own page instead, see [`crate::CustomTheme::render`].
    pub theme: Theme,
    /// A custom theme that could not be used. The page says that this is another one.
    pub broken_theme: Option<&'a str>,
    /// The nonce of this answer.
    pub nonce: &'a Nonce,
    /// What the page asks for and sends to.
    pub links: Links<'a>,
    /// Seconds between reloads where scripts do not run; the same as in `Retry-After`. Zero counts as one.
    pub retry_after: u32,
}

/// The service a visitor asked for.
#[derive(Debug, Clone, Copy)]
pub struct Service<'a> {
    /// Its name in the stack.
    pub name: &'a str,
    /// The name that visitors know. If it is empty, the name in the stack is shown.
    pub display_name: &'a str,
    /// The stack it belongs to.
    pub stack: &'a str,
}

/// Addresses on the host of the page. They are escaped, but not checked.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a> {
    /// Where the script listens: a [`crate::StatusDocument`] must be sent there as an event at once and after every change.
    pub events: &'a str,
    /// Where the script asks if nothing is sent: the answer must be a [`crate::StatusDocument`].
    pub status: &'a str,
    /// Where the form of a failed start is posted to, with the fields `token` and `return_to`.
    pub retry_action: &'a str,
    /// What proves that the form comes from this page.
    pub retry_token: &'a str,
    /// The path and query the visitor asked for. The page sends no referrer, so the form carries it; whoever redirects there must
    /// check that it is a path on this host.
    pub return_to: &'a str,
    /// The address of Core Monitor, for whoever may wake a service that not everybody may wake; none if it does
    /// not begin with `http://` or `https://`.
    pub core_monitor: &'a str,
}

/// A page as it is sent, with the one header that depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The page in UTF-8.
    pub html: Vec<u8>,
    /// The value of `Content-Security-Policy`.
    pub content_security_policy: String,
}

impl Service<'_> {
    /// The name to show.
    pub(crate) fn shown(&self) -> &str {
        if self.display_name.trim().is_empty() { self.name } else { self.display_name }
    }
}

impl Page<'_> {
    /// The page in its built-in theme.
    pub fn render(&self) -> Rendered {
        Rendered {
            html: document::Document::of(self).to_string().into_bytes(),
            content_security_policy: self.nonce.policy(),
        }
    }
}
