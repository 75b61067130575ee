//! The pages a visitor sees in place of a service that is not ready: they say what is going on, how long it usually takes, and leave by
//! themselves when the service answers.
//!
//! [`Page::render`] turns a moment of a start into the bytes of a page and the value of its `Content-Security-Policy`. The five
//! [`Theme`]s are built in; a [`CustomTheme`] is compiled from files that somebody wrote. [`StatusDocument`] is what the page's
//! script reads while it waits.
//!
//! Everything here is a pure function of its arguments: there is no clock, no randomness and no I/O. The caller measures the time,
//! makes the nonce and the tokens, sends the headers (`503`, `Retry-After`, `Cache-Control: no-store`), and serves the addresses that
//! [`Links`] names. This crate must never know an engine, HTTP beyond the value of one header, or how a start is carried out.
//!
//! Nothing in a page comes from another host, and nothing in it is trusted: names, reasons and log lines are escaped wherever they
//! stand, and the policy lets only the page's own style and script run.
#![deny(missing_docs)]

mod custom;
mod estimate;
mod failure;
mod harmless;
mod language;
mod nowhere;
mod page;
mod policy;
mod progress;
mod status;
mod texts;
mod theme;

pub use custom::{CustomTheme, ThemeError, ThemeErrorKind, ThemeWarning, ThemeWarningKind};
pub use estimate::Estimate;
pub use failure::Failure;
pub use language::Language;
pub use nowhere::nowhere;
pub use page::{Links, Page, Rendered, Service};
pub use policy::Nonce;
pub use progress::{Hold, Phase, Progress};
pub use status::{HeldStatus, HoldCause, PhaseName, StatusDocument};
pub use theme::{Theme, UnknownTheme};
