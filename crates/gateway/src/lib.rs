//! The data plane of the gateway: it carries requests to services that wake on demand.
//!
//! [`Gateway`] knows by its routes which door a request is for. If the service is awake, the request goes straight to it; if
//! not, the request knocks, and a browser gets a page while everything else is held. What is awake, and what wakes or sleeps
//! when, is decided elsewhere: nothing here starts or stops anything.
//!
//! Each thread has its own connections, timers and pools, so that nothing is locked on the way of a request.
#![forbid(unsafe_code)]

pub mod admin;
mod answers;
mod asleep;
mod body;
pub mod client;
mod connection;
mod credentials;
mod exchange;
mod gateway;
mod head;
mod head_timer;
mod hop_by_hop;
mod listen;
pub mod metrics;
pub mod negotiate;
mod own_paths;
mod own_requests;
mod pages;
pub mod proxy_protocol;
mod readiness;
mod record;
mod request;
mod settings;
mod shard;
mod status;
mod themed;
pub mod tls;
mod tunnel;
mod upgrade;
mod upstream;
pub mod wake_limits;
mod websocket;

pub use credentials::{Credentials, CredentialsUnknown, NoCredentials};
pub use gateway::{Gateway, GatewayParts};
pub use listen::{ListenError, Listener, Running};
pub use pages::{BarePages, Page, PageAsk, WaitingPages};
pub use readiness::{NotReady, Readiness, Ready};
pub use rustls::ServerConfig;
pub use settings::GatewaySettings;
pub use status::{HeldCause, HeldStatus, Phase, Status};
pub use themed::ThemedPages;
