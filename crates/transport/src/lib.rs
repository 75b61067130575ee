//! What protects connections: certificates from files that are replaced while connections are open, the configurations of TLS, and
//! whose word about a client counts.
//!
//! It speaks no protocol: who listens or connects does that with what it gets here.
#![forbid(unsafe_code)]

// By its own name: the library calls itself otherwise.
extern crate webpki as rustls_webpki;

pub mod certificates;
pub mod engine;
pub mod own;
mod trusted;

pub use rustls::{ClientConfig, ServerConfig};
pub use trusted::{TrustedProxies, TrustedProxiesError};
