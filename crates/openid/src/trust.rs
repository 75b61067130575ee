//! Whose certificates are good.

use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The certificate authorities that are trusted.
#[derive(Debug, Clone)]
pub struct Trust {
    roots: Vec<CertificateDer<'static>>,
}

/// Certificates that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// One cannot be read.
    #[error("a certificate cannot be read: {0}")]
    Unreadable(String),
    /// There is none.
    #[error("there is no certificate in it")]
    None,
}

impl Trust {
    /// Those of the machine, and what could not be read of them, for the log. It reads files, some hundred kilobytes.
    pub fn of_machine() -> (Self, Vec<String>) {
        let loaded = rustls_native_certs::load_native_certs();
        (Self { roots: loaded.certs }, loaded.errors.iter().map(ToString::to_string).collect())
    }

    /// The same, and the certificates in this text.
    pub fn and(mut self, pem: &[u8]) -> Result<Self, TrustError> {
        let more = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let more = more.map_err(|error| TrustError::Unreadable(error.to_string()))?;
        if more.is_empty() {
            return Err(TrustError::None);
        }
        self.roots.extend(more);
        Ok(self)
    }

    /// Nobody's, for tests over plain HTTP.
    #[cfg(test)]
    pub(crate) fn nobody() -> Self {
        Self { roots: Vec::new() }
    }

    /// For requests.
    pub(crate) fn of_requests(&self) -> TlsConfig {
        let roots: Vec<_> = self.roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&roots))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_certificates_adds_none() {
        assert_eq!(Trust::nobody().and(b"").err(), Some(TrustError::None));
        let damaged = b"-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----";
        assert!(matches!(Trust::nobody().and(damaged), Err(TrustError::Unreadable(_))));
    }
}
