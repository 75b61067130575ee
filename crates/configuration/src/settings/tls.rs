//! The files for TLS of the server.

use std::path::{Path, PathBuf};

use crate::ConfigurationError;

/// The files for TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Absolute path of the certificate.
    pub certificate: PathBuf,
    /// Absolute path of its key.
    pub key: PathBuf,
}

/// Both files or none.
pub(super) fn files(
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    data_dir: &Path,
) -> Result<Option<TlsFiles>, ConfigurationError> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => {
            Ok(Some(TlsFiles { certificate: data_dir.join(certificate), key: data_dir.join(key) }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(ConfigurationError::HalfOfTls { given: "tls_certificate", missing: "tls_key" })
        }
        (None, Some(_)) => {
            Err(ConfigurationError::HalfOfTls { given: "tls_key", missing: "tls_certificate" })
        }
    }
}
