//! Asks over HTTP which instances of a template are still wanted.
//!
//! What is not on a list is removed in the end, so whatever is doubtful about an answer is an error: another status than `200`, a redirect,
//! an answer that is cut off, too large or not a list, and a single word that is no key. The keys then stay those of the last time.
#![deny(missing_docs)]

mod answer;
mod said;
mod source;
mod templates;

pub use source::HttpKeyListSource;
pub use templates::templates;
