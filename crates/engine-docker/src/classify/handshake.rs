//! What is wrong when the engine and the worker do not agree on TLS, for whoever set it up.

use std::error::Error as StdError;
use std::io;

use bollard::errors::Error;
use tokio_rustls::rustls::{AlertDescription, CertificateError, Error as TlsError, InvalidMessage};

/// An engine that speaks TLS was asked in the clear.
pub(super) const IN_THE_CLEAR: &str =
    "the engine speaks TLS there: set `docker_cert_path` to a folder with `ca.pem`, `cert.pem` and `key.pem`";

const NO_TLS: &str = "the engine does not speak TLS there: check the port in `docker_host`, and that the engine runs with `--tlsverify`";

const OTHER_AUTHORITY: &str = "the engine's certificate was not issued by an authority in `ca.pem`: put the certificate of the engine's authority \
     into that file in `docker_cert_path` and restart the worker";

const OTHER_NAME: &str = "the engine's certificate is not for the name or address in `docker_host`: write one there that it is for, or issue it for \
     this one too";

const EXPIRED: &str =
    "the engine's certificate has expired: renew it, or check whether the clock of this machine is right";

const NOT_YET_VALID: &str =
    "the engine's certificate is not valid yet: check whether the clocks of both machines are right";

const REFUSED: &str = "the engine does not accept the certificate of this worker: check that `cert.pem` in `docker_cert_path` was issued for \
     clients by the authority that the engine was given with `--tlscacert`, and restart the worker";

const OWN_EXPIRED: &str = "the certificate of this worker has expired: put a new `cert.pem` and `key.pem` into `docker_cert_path` and restart the worker";

/// What to check if TLS failed; `None` if something else did.
pub(super) fn trouble(error: &Error) -> Option<String> {
    // This one does not name what it has as its source.
    let mut next: Option<&(dyn StdError + 'static)> = match error {
        Error::IOError { err } => Some(err),
        other => Some(other),
    };
    while let Some(error) = next {
        if let Some(found) = of_tls(error) {
            return Some(sentence(found));
        }
        next = error.source();
    }
    None
}

/// An I/O error does not name what it has as its source either.
fn of_tls<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    error.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref::<TlsError>()
}

fn sentence(error: &TlsError) -> String {
    let known = match error {
        TlsError::InvalidCertificate(why) => of_engine(why),
        TlsError::AlertReceived(alert) => of_worker(*alert),
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => Some(NO_TLS),
        _ => None,
    };
    known.map_or_else(
        || format!("TLS with the engine failed ({error}): check the certificates in `docker_cert_path` and those of the engine"),
        str::to_owned,
    )
}

/// What is wrong with the engine's certificate.
fn of_engine(why: &CertificateError) -> Option<&'static str> {
    match why {
        // The second one if the authorities have the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Some(OTHER_AUTHORITY),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Some(OTHER_NAME)
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some(EXPIRED),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Some(NOT_YET_VALID),
        _ => None,
    }
}

/// What the engine found wrong with this worker's certificate. Older engines say only that it is bad.
fn of_worker(alert: AlertDescription) -> Option<&'static str> {
    match alert {
        AlertDescription::BadCertificate
        | AlertDescription::UnknownCA
        | AlertDescription::CertificateUnknown
        | AlertDescription::CertificateRequired
        | AlertDescription::CertificateRevoked
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::AccessDenied => Some(REFUSED),
        AlertDescription::CertificateExpired => Some(OWN_EXPIRED),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(error: TlsError) -> String {
        trouble(&Error::from(io::Error::new(io::ErrorKind::InvalidData, error))).unwrap()
    }

    #[test]
    fn whatever_is_wrong_with_the_engines_certificate_is_said_with_what_to_check() {
        for (why, words) in [
            (CertificateError::UnknownIssuer, ["not issued by an authority", "`ca.pem`"]),
            (CertificateError::BadSignature, ["not issued by an authority", "`ca.pem`"]),
            (CertificateError::NotValidForName, ["not for the name", "`docker_host`"]),
            (CertificateError::Expired, ["has expired", "renew it"]),
            (CertificateError::NotValidYet, ["not valid yet", "clocks"]),
            (CertificateError::Revoked, ["Revoked", "`docker_cert_path`"]),
        ] {
            let text = said(TlsError::InvalidCertificate(why));
            assert!(words.iter().all(|word| text.contains(word)), "{text}");
        }
    }

    #[test]
    fn what_the_engine_does_not_accept_is_said_with_what_to_check() {
        for alert in [
            AlertDescription::BadCertificate,
            AlertDescription::UnknownCA,
            AlertDescription::CertificateRequired,
            AlertDescription::UnsupportedCertificate,
        ] {
            assert_eq!(said(TlsError::AlertReceived(alert)), REFUSED, "{alert:?}");
        }
        assert_eq!(said(TlsError::AlertReceived(AlertDescription::CertificateExpired)), OWN_EXPIRED);
        let other = said(TlsError::AlertReceived(AlertDescription::ProtocolVersion));
        assert!(other.contains("ProtocolVersion") && other.contains("`docker_cert_path`"), "{other}");
    }

    #[test]
    fn one_side_without_tls_is_told_from_a_wrong_certificate() {
        assert_eq!(said(TlsError::InvalidMessage(InvalidMessage::InvalidContentType)), NO_TLS);
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(trouble(&Error::from(refused)), None, "TLS has nothing to do with it");
    }
}
