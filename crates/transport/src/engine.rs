//! TLS to a Docker Engine, with the files that the Docker command line takes.

use std::path::Path;
use std::sync::Arc;

use rustls::sign::SingleCertAndKey;
use rustls::{ClientConfig, RootCertStore};

use crate::certificates::{CertificateError, chain_in, client_pair, refuse_exposed};

/// The configuration for connections to an engine, from a folder as `DOCKER_CERT_PATH` names it: `ca.pem` has the authorities that
/// the engine's certificate may come from, and no others are believed; `cert.pem` and `key.pem` say who we are. The key must be closed
/// to all users but its owner and its group. Blocks.
pub fn client_config(folder: &Path) -> Result<Arc<ClientConfig>, CertificateError> {
    let authorities = folder.join("ca.pem");
    let mut roots = RootCertStore::empty();
    for authority in chain_in(&authorities)? {
        roots.add(authority).map_err(|_| CertificateError::NotX509 { file: authorities.clone() })?;
    }
    let key = folder.join("key.pem");
    refuse_exposed(&key)?;
    let own = client_pair(&folder.join("cert.pem"), &key)?;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|source| CertificateError::UnusableKey { file: key.clone(), source })?
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests;
