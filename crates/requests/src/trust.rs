//! Whose certificates are good.

use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tracing::warn;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The certificate authorities that are trusted. By default there are none, so that every secure connection fails.
#[derive(Debug, Clone, Default)]
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
    /// They do not make a client.
    #[error("TLS cannot be set up: {0}")]
    Unusable(String),
}

impl Trust {
    /// Those of the machine, which are where OpenSSL expects them (`/etc/ssl/certs`, or what `SSL_CERT_FILE` and `SSL_CERT_DIR`
    /// name). It reads files, some hundred kilobytes, and logs what cannot be read.
    pub fn of_machine() -> Self {
        let loaded = rustls_native_certs::load_native_certs();
        for problem in loaded.errors {
            warn!(%problem, "cannot read a certificate authority of this machine");
        }
        Self { roots: loaded.certs }
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

    /// The certificates, as DER.
    pub fn roots(&self) -> impl Iterator<Item = &[u8]> {
        self.roots.iter().map(AsRef::as_ref)
    }

    /// For requests.
    pub(crate) fn of_requests(&self) -> TlsConfig {
        let roots: Vec<_> = self.roots().map(|root| Certificate::from_der(root).to_owned()).collect();
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
        let nobody = Trust::default;
        assert_eq!(nobody().and(b"").err(), Some(TrustError::None));
        let damaged = b"-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----";
        assert!(matches!(nobody().and(damaged), Err(TrustError::Unreadable(_))));
    }
}
