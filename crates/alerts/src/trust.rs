//! Whose certificates are good for mail, and what is said when one is not.

use core_monitor_domain::ports::SendFailure;
use core_monitor_requests::{Trust, TrustError};
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};

/// TLS for mail to this host.
pub(crate) fn of_mail(trust: &Trust, host: &str) -> Result<TlsParameters, TrustError> {
    let mut tls = TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::None);
    for root in trust.roots() {
        let root = Certificate::from_der(root.to_vec());
        tls = tls.add_root_certificate(root.map_err(|error| TrustError::Unreadable(error.to_string()))?);
    }
    tls.build().map_err(|error| TrustError::Unusable(error.to_string()))
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
    fn the_tls_library_is_found_below_other_errors() {
        let cause = rustls::Error::DecryptError;
        let wrapped = std::io::Error::other(std::io::Error::other(cause.clone()));
        assert_eq!(cause_in_tls(&wrapped), Some(&cause));
        assert_eq!(cause_in_tls(&std::io::Error::other("no route")), None);
    }
}
