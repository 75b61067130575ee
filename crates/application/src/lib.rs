//! The use cases of the server and the gateway, and the worker loop of Core Monitor.

mod build_source;
pub mod gateway;
mod grants;
mod host_needs;
mod registry_credentials;
mod seal_anew;
mod sealed_secrets;
pub mod server;
mod templates;
pub mod tokens;
pub mod worker;

pub use build_source::StoredBuildSource;
pub use registry_credentials::StoredRegistryCredentials;
pub use seal_anew::{Resealing, ResealingError, seal_anew};
pub use templates::templates;
