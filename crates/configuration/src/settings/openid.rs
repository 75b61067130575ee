//! The provider that people may sign in with.

use std::path::{Path, PathBuf};

use crate::layer::{Layer, Values};

/// The provider that people may sign in with, as it was written. What cannot be used is found when the server starts.
#[derive(Debug, Clone, Default)]
pub struct OpenIdSettings {
    /// Its address.
    pub issuer: Option<String>,
    /// What this installation is called there.
    pub client_id: Option<String>,
    /// A file with what it proves that with.
    pub client_secret_file: Option<PathBuf>,
    /// What people call it.
    pub name: Option<String>,
    /// What is asked for there.
    pub scopes: String,
    /// The claim with the groups of somebody.
    pub groups_claim: String,
    /// What the groups are worth.
    pub roles: Option<String>,
    /// A file with more certificate authorities.
    pub ca_file: Option<PathBuf>,
}

impl OpenIdSettings {
    pub(super) fn of(layer: &Layer, values: &Values, data_dir: &Path) -> Self {
        let in_data_dir = |file: &PathBuf| data_dir.join(file);
        Self {
            issuer: layer.oidc_issuer.clone(),
            client_id: layer.oidc_client_id.clone(),
            client_secret_file: layer.oidc_client_secret_file.as_ref().map(in_data_dir),
            name: layer.oidc_name.clone(),
            scopes: values.oidc_scopes.clone(),
            groups_claim: values.oidc_groups_claim.clone(),
            roles: layer.oidc_roles.clone(),
            ca_file: layer.oidc_ca_file.as_ref().map(in_data_dir),
        }
    }
}
