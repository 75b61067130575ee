//! Core Monitor: application.

mod build_source;
mod registry_credentials;
pub mod server;
pub mod worker;

pub use build_source::StoredBuildSource;
pub use registry_credentials::StoredRegistryCredentials;
