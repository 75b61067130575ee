//! Sentences for people that programs can translate.
//!
//! A sentence is written once, next to what decides to say it, and declared with [`messages!`]. It carries a stable code
//! and the values it mentions. A client that knows the code says it in its own language with these values; every other
//! client shows the English text.

mod harmless;
mod message;
mod params;
mod template;

pub use harmless::{acts, harmless};
pub use message::Message;
pub use params::{Param, Params};
pub use template::{Template, Topic};

#[doc(hidden)]
pub mod macros;
