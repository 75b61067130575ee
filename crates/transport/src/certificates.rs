//! TLS with certificates from a folder or from two files, which are replaced while connections are open.
//!
//! The files are read with blocking calls: call [`Certificates::load`] and [`Certificates::reload_if_changed`] where that does
//! not hold up requests. Nothing here tells the time; both get the present moment.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

mod error;
mod files;
mod folder;
mod pair;
mod validity;
mod warning;

pub use error::CertificateError;
pub use files::CertificateFiles;
pub use warning::CertificateWarning;

pub(crate) use files::refuse_exposed;
pub(crate) use pair::{chain_in, client_pair};

use folder::{Found, Stamp};
use pair::Loaded;

/// The name of the certificate for clients that name no host, or one that no certificate has.
const DEFAULT: &str = "default";

/// The certificates in a folder, chosen by the host that a client names.
///
/// A folder has files `NAME.crt` (or `NAME.pem`, `NAME.fullchain`, `NAME.fullchain.pem`) and `NAME.key`, or folders `NAME` with
/// `fullchain.pem` and `privkey.pem`, or both kinds. The names of the files mean nothing, except `default`; which hosts a
/// certificate is for stands in the certificate.
pub struct Certificates {
    folder: PathBuf,
    chosen: ArcSwap<Chosen>,
    /// What the folder looked like when the certificates in use were read. Also keeps two reloads from overtaking each other.
    read: Mutex<Stamp>,
}

/// Whether a reload changed anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reload {
    /// The folder is as it was.
    Unchanged,
    /// New handshakes use what is in the folder now.
    Replaced {
        /// What somebody should look at.
        warnings: Vec<CertificateWarning>,
    },
}

/// What a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Its file.
    pub file: PathBuf,
    /// The hosts it is for, in lower case; `*.` in front for every host one level below.
    pub hosts: Vec<String>,
    /// When it ends.
    pub not_after: SystemTime,
}

/// The certificates in use.
struct Chosen {
    exact: HashMap<String, Arc<Shown>>,
    /// By the domain of `*.domain`.
    below: HashMap<String, Arc<Shown>>,
    otherwise: Arc<Shown>,
    facts: Vec<CertificateFacts>,
}

/// A certificate as clients get it, and the hosts that it is for.
struct Shown {
    key: Arc<CertifiedKey>,
    hosts: Vec<String>,
}

impl Shown {
    fn covers(&self, host: &str) -> bool {
        let domain = host.split_once('.').map(|(_, domain)| domain);
        self.hosts.iter().any(|own| match own.strip_prefix("*.") {
            Some(own) => domain == Some(own),
            None => own == host,
        })
    }
}

impl Certificates {
    /// The certificates in a folder, and what somebody should look at. One that has expired is used nevertheless, since a
    /// client may accept it; one whose key does not belong to it, or that cannot be read, is an error.
    pub fn load(folder: &Path, now: SystemTime) -> Result<(Self, Vec<CertificateWarning>), CertificateError> {
        let found = folder::find(folder)?;
        let stamp = found.stamp.clone();
        let (chosen, warnings) = read(folder, found, now)?;
        let certificates = Self {
            folder: folder.to_owned(),
            chosen: ArcSwap::from_pointee(chosen),
            read: Mutex::new(stamp),
        };
        Ok((certificates, warnings))
    }

    /// Reads the folder again if a name, a size or a time of change in it is another one. After an error, the certificates that
    /// were in use stay in use, and the next call tries again, even if the folder has not changed: a mode may have.
    pub fn reload_if_changed(&self, now: SystemTime) -> Result<Reload, CertificateError> {
        // Somebody who panicked while holding it has left a stamp that was true.
        let mut read_at = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let found = folder::find(&self.folder)?;
        if found.stamp == *read_at {
            return Ok(Reload::Unchanged);
        }
        // The stamp is from before the files are read, so that a change in between is found the next time.
        let stamp = found.stamp.clone();
        let (chosen, warnings) = read(&self.folder, found, now)?;
        self.chosen.store(Arc::new(chosen));
        *read_at = stamp;
        Ok(Reload::Replaced { warnings })
    }

    /// What the certificates in use are for, in the order of their names.
    pub fn facts(&self) -> Vec<CertificateFacts> {
        self.chosen.load().facts.clone()
    }

    /// Whether a request for this host, in lower case, has come over a connection of another one: the client named a host at the
    /// handshake whose certificate is not for this one, and there is another that is shown to whoever names this one.
    ///
    /// Hosts of one certificate may share a connection, and so may all hosts that have none of their own and get the default one.
    pub fn is_misdirected(&self, named: &str, host: &str) -> bool {
        if named.eq_ignore_ascii_case(host) {
            return false;
        }
        let chosen = self.chosen.load();
        let shown = chosen.of(Some(named));
        !shown.covers(host) && !Arc::ptr_eq(shown, chosen.of(Some(host)))
    }
}

impl Chosen {
    fn of(&self, host: Option<&str>) -> &Arc<Shown> {
        let Some(host) = host else { return &self.otherwise };
        let lower;
        let host = if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            lower = host.to_ascii_lowercase();
            &lower
        } else {
            host
        };
        let wildcard = || self.below.get(host.split_once('.')?.1);
        self.exact.get(host).or_else(wildcard).unwrap_or(&self.otherwise)
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, client_hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.chosen.load().of(client_hello.server_name()).key))
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The configuration for listeners: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1, and sessions that are resumed by tickets. It need not
/// be made anew when certificates change. An error means that no random numbers can be had.
pub fn server_config(certificates: &Arc<Certificates>) -> Result<Arc<ServerConfig>, rustls::Error> {
    config_of(Arc::clone(certificates) as Arc<dyn ResolvesServerCert>, &[b"h2", b"http/1.1"])
}

/// The same for a listener with one certificate, where clients speak HTTP/1.1.
pub fn http1_config(certificate: &Arc<CertificateFiles>) -> Result<Arc<ServerConfig>, rustls::Error> {
    config_of(Arc::clone(certificate) as Arc<dyn ResolvesServerCert>, &[b"http/1.1"])
}

fn config_of(
    certificates: Arc<dyn ResolvesServerCert>,
    protocols: &[&[u8]],
) -> Result<Arc<ServerConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_cert_resolver(certificates);
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    // A session in a ticket takes no memory here. Early data stays off: what it carries can be sent twice by others.
    config.ticketer = rustls::crypto::ring::Ticketer::new()?;
    Ok(Arc::new(config))
}

fn read(
    folder: &Path,
    found: Found,
    now: SystemTime,
) -> Result<(Chosen, Vec<CertificateWarning>), CertificateError> {
    let mut warnings: Vec<_> =
        found.without_key.into_iter().map(|file| CertificateWarning::WithoutKey { file }).collect();
    let loaded = found.pairs.iter().map(pair::load).collect::<Result<Vec<_>, _>>()?;
    for one in &loaded {
        warnings.extend(warning::about(one, now));
    }
    let facts = loaded.iter().map(Loaded::facts).collect();
    let default = loaded.iter().position(|one| one.name == DEFAULT).unwrap_or(0);
    let mut shown: Vec<_> = loaded
        .into_iter()
        .map(|one| (one.validity.not_after, Arc::new(Shown { key: one.key, hosts: one.hosts })))
        .collect();
    let Some(otherwise) = shown.get(default).map(|(_, shown)| Arc::clone(shown)) else {
        return Err(CertificateError::NoCertificate { folder: folder.to_owned() });
    };

    // Of two certificates for one host, the one that is valid for longer is the newer one.
    shown.sort_by_key(|(not_after, _)| *not_after);
    let (mut exact, mut below) = (HashMap::new(), HashMap::new());
    for (_, one) in shown {
        for host in &one.hosts {
            match host.strip_prefix("*.") {
                Some(domain) => below.insert(domain.to_owned(), Arc::clone(&one)),
                None => exact.insert(host.clone(), Arc::clone(&one)),
            };
        }
    }
    Ok((Chosen { exact, below, otherwise, facts }, warnings))
}

#[cfg(test)]
mod tests;
