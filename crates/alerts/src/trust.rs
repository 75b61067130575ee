//! Whose certificates are good.

use std::sync::Arc;

use core_monitor_domain::ports::SendFailure;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use ureq::tls::{RootCerts, TlsConfig};

/// The certificate authorities that are trusted.
#[derive(Debug, Clone)]
pub struct Trust {
    roots: Vec<CertificateDer<'static>>,
}

/// Certificates that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// It is no certificate.
    #[error("a certificate cannot be read: {0}")]
    Unreadable(String),
    /// They do not make a client.
    #[error("TLS cannot be set up: {0}")]
    Unusable(String),
}

impl Trust {
    /// Those of the machine, which are where OpenSSL expects them (`/etc/ssl/certs`, or what `SSL_CERT_FILE` and `SSL_CERT_DIR`
    /// name), and what could not be read of them, for the log. It reads files, some hundred kilobytes. With none at all, every
    /// secure connection fails.
    pub fn of_machine() -> (Self, Vec<String>) {
        let loaded = rustls_native_certs::load_native_certs();
        (Self { roots: loaded.certs }, loaded.errors.iter().map(ToString::to_string).collect())
    }

    /// Only the certificates in this text.
    pub fn only(pem: &str) -> Result<Self, TrustError> {
        let certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
        let roots = certificates.map_err(|error| TrustError::Unreadable(error.to_string()))?;
        if roots.is_empty() {
            return Err(TrustError::Unreadable("the text has none".to_owned()));
        }
        Ok(Self { roots })
    }

    /// For requests.
    pub(crate) fn of_requests(&self) -> TlsConfig {
        let roots: Vec<_> =
            self.roots.iter().map(|root| ureq::tls::Certificate::from_der(root).to_owned()).collect();
        TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&roots))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build()
    }

    /// For mail to this host.
    pub(crate) fn of_mail(&self, host: &str) -> Result<TlsParameters, TrustError> {
        let mut tls = TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::None);
        for root in &self.roots {
            let root = Certificate::from_der(root.to_vec());
            tls = tls.add_root_certificate(root.map_err(|error| TrustError::Unreadable(error.to_string()))?);
        }
        tls.build().map_err(|error| TrustError::Unusable(error.to_string()))
    }
}

/// That there is no secure connection to `host`, for this reason.
pub(crate) fn insecure(host: String, error: &rustls::Error) -> SendFailure {
    let reason = error.to_string();
    match error {
        rustls::Error::InvalidCertificate(_) => SendFailure::Certificate { host, reason },
        _ => SendFailure::Tls { host, reason },
    }
}

/// What the TLS library says, if it is the cause of an error.
pub(crate) fn cause_in_tls<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(error);
        }
        // An I/O error shows what it wraps only when it is asked.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_certificates_is_no_trust() {
        assert!(Trust::only("").is_err());
        assert!(Trust::only("-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----").is_err());
    }

    #[test]
    fn the_tls_library_is_found_below_other_errors() {
        let cause = rustls::Error::DecryptError;
        let wrapped = std::io::Error::other(std::io::Error::other(cause.clone()));
        assert_eq!(cause_in_tls(&wrapped), Some(&cause));
        assert_eq!(cause_in_tls(&std::io::Error::other("no route")), None);
    }
}
