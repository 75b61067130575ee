//! One certificate with its key.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use rustls_pki_types::pem::{self, PemObject as _};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use rustls_webpki::EndEntityCert;

use super::folder::Pair;
use super::validity::{Validity, validity_of};
use super::{CertificateError, CertificateFacts};

/// Chains have some kilobytes. What is far larger is something else, and should not be read into memory.
const MOST_BYTES: u64 = 1 << 20;

/// A certificate that can be used.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) file: PathBuf,
    pub(super) key: Arc<CertifiedKey>,
    /// In lower case.
    pub(super) hosts: Vec<String>,
    pub(super) validity: Validity,
}

impl Loaded {
    pub(super) fn facts(&self) -> CertificateFacts {
        CertificateFacts {
            file: self.file.clone(),
            hosts: self.hosts.clone(),
            not_after: self.validity.not_after,
        }
    }
}

pub(super) fn load(pair: &Pair) -> Result<Loaded, CertificateError> {
    let chain = chain_in(&pair.certificate)?;
    let key = key_in(&pair.key)?;
    let not_x509 = || CertificateError::NotX509 { file: pair.certificate.clone() };
    let first = chain.first().ok_or_else(not_x509)?;
    let parsed = EndEntityCert::try_from(first).map_err(|_| not_x509())?;
    let hosts = parsed.valid_dns_names().map(str::to_ascii_lowercase).collect();
    let validity = validity_of(first).ok_or_else(not_x509)?;

    let provider = rustls::crypto::ring::default_provider();
    let key = CertifiedKey::from_der(chain, key, &provider).map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            CertificateError::Mismatch { key: pair.key.clone(), certificate: pair.certificate.clone() }
        }
        source => CertificateError::UnusableKey { file: pair.key.clone(), source },
    })?;
    let (name, file) = (pair.name.clone(), pair.certificate.clone());
    Ok(Loaded { name, file, key: Arc::new(key), hosts, validity })
}

/// The certificates in a file, at least one.
pub(crate) fn chain_in(file: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let bytes = bytes_of(file)?;
    let chain = CertificateDer::pem_slice_iter(&bytes).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(|source| CertificateError::NotPem { file: file.to_owned(), source })?;
    if chain.is_empty() {
        return Err(CertificateError::NoCertificateInFile { file: file.to_owned() });
    }
    Ok(chain)
}

/// A certificate with its key, for a client.
pub(crate) fn client_pair(certificate: &Path, key: &Path) -> Result<Arc<CertifiedKey>, CertificateError> {
    let (certificate, key) = (certificate.to_owned(), key.to_owned());
    load(&Pair { name: String::new(), certificate, key }).map(|loaded| loaded.key)
}

fn key_in(file: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let bytes = bytes_of(file)?;
    let file = file.to_owned();
    // Both ways to encrypt a key have this word in front of it.
    if bytes.windows(9).any(|window| window == b"ENCRYPTED") {
        return Err(CertificateError::KeyWithPassphrase { file });
    }
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| match error {
        pem::Error::NoItemsFound => CertificateError::NoKeyInFile { file },
        source => CertificateError::NotPem { file, source },
    })
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, CertificateError> {
    let unreadable = |source| CertificateError::Unreadable { file: file.to_owned(), source };
    let mut bytes = Vec::new();
    let opened = File::open(file).map_err(unreadable)?;
    opened.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(CertificateError::TooLarge { file: file.to_owned(), most: MOST_BYTES });
    }
    Ok(bytes)
}
