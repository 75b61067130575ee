//! Signs people in with a provider of [OpenID Connect](https://openid.net/specs/openid-connect-core-1_0.html).
//!
//! The flow is that of the authorization code with PKCE; everything is asked directly from the provider, over TLS, and a token counts only with
//! a signature by a key that the provider publishes. No redirect is followed, no proxy is used, answers are short and come in time.
#![deny(missing_docs)]

mod claims;
mod client;
#[cfg(test)]
mod fixture;
mod provider;
mod roles;
pub mod settings;

pub use provider::OpenIdProvider;
pub use settings::{OpenIdSettings, SettingsError, Written};
