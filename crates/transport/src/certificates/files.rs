//! One certificate for everybody, from two files.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::folder::{Pair, Stamp, stamp_of};
use super::{CertificateError, CertificateWarning, Reload, pair, warning};

/// Others may read or write it.
const OTHERS: u32 = 0o006;

/// A certificate and its key, each in a file that has a name of its own. Every client gets it, whatever host it names.
pub struct CertificateFiles {
    pair: Pair,
    shown: ArcSwap<CertifiedKey>,
    /// What the files looked like when they were read. Also keeps two reloads from overtaking each other.
    read: Mutex<Stamp>,
}

impl CertificateFiles {
    /// The certificate in one file with the key in the other, and what somebody should look at. The key must be closed to all users
    /// but its owner and its group.
    pub fn load(
        certificate: &Path,
        key: &Path,
        now: SystemTime,
    ) -> Result<(Self, Vec<CertificateWarning>), CertificateError> {
        let pair = Pair { name: String::new(), certificate: certificate.to_owned(), key: key.to_owned() };
        let stamp = stamp_of([&pair.certificate, &pair.key].into_iter());
        let (shown, warnings) = read(&pair, now)?;
        Ok((Self { pair, shown: ArcSwap::new(shown), read: Mutex::new(stamp) }, warnings))
    }

    /// Reads the files again if a size or a time of change is another one. After an error, the certificate that was in use stays in
    /// use, and the next call tries again.
    pub fn reload_if_changed(&self, now: SystemTime) -> Result<Reload, CertificateError> {
        // Somebody who panicked while holding it has left a stamp that was true.
        let mut read_at = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        // From before the files are read, so that a change in between is found the next time.
        let stamp = stamp_of([&self.pair.certificate, &self.pair.key].into_iter());
        if stamp == *read_at {
            return Ok(Reload::Unchanged);
        }
        let (shown, warnings) = read(&self.pair, now)?;
        self.shown.store(shown);
        *read_at = stamp;
        Ok(Reload::Replaced { warnings })
    }
}

impl ResolvesServerCert for CertificateFiles {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown.load_full())
    }
}

impl fmt::Debug for CertificateFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateFiles").field("pair", &self.pair).finish_non_exhaustive()
    }
}

fn read(
    pair: &Pair,
    now: SystemTime,
) -> Result<(Arc<CertifiedKey>, Vec<CertificateWarning>), CertificateError> {
    refuse_exposed(&pair.key)?;
    let loaded = pair::load(pair)?;
    let mut warnings: Vec<_> = warning::about(&loaded, now).into_iter().collect();
    // It may be for an address, which is not looked at here.
    warnings.retain(|warning| !matches!(warning, CertificateWarning::WithoutHost { .. }));
    Ok((loaded.key, warnings))
}

/// Refuses a key that everybody on this machine can read.
pub(crate) fn refuse_exposed(key: &Path) -> Result<(), CertificateError> {
    let unreadable = |source| CertificateError::Unreadable { file: key.to_owned(), source };
    let mode = fs::metadata(key).map_err(unreadable)?.mode() & 0o7777;
    if mode & OTHERS == 0 { Ok(()) } else { Err(CertificateError::KeyExposed { file: key.to_owned(), mode }) }
}

#[cfg(test)]
mod tests;
