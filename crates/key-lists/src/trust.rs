//! Whose certificates are good.

use std::sync::Arc;

use tracing::warn;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Trusts the certificate authorities of the machine, as the channels of alerts do. It reads files, some hundred kilobytes.
pub(crate) fn of_machine() -> TlsConfig {
    let loaded = rustls_native_certs::load_native_certs();
    for problem in loaded.errors {
        warn!(%problem, "cannot read a certificate authority of this machine");
    }
    let roots: Vec<_> = loaded.certs.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build()
}
