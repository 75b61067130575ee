//! What is odd about a certificate that is used nevertheless.

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::pair::Loaded;

/// How long before its end a certificate should have been renewed: certbot does it 30 days before, so that less than 14 means
/// that something has failed several times.
const LATE: Duration = Duration::from_hours(14 * 24);

/// What somebody should look at, although the certificates can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateWarning {
    /// A certificate has expired.
    Expired {
        /// Its file.
        file: PathBuf,
        /// For how many whole days.
        days: u64,
    },
    /// A certificate expires soon.
    ExpiresSoon {
        /// Its file.
        file: PathBuf,
        /// In how many whole days.
        days: u64,
    },
    /// A certificate is not valid yet; perhaps the clock is wrong.
    NotYetValid {
        /// Its file.
        file: PathBuf,
    },
    /// A certificate names no host, so that only clients that check nothing accept it.
    WithoutHost {
        /// Its file.
        file: PathBuf,
    },
    /// There is no key for a certificate, so that it is not used.
    WithoutKey {
        /// Its file.
        file: PathBuf,
    },
}

impl fmt::Display for CertificateWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { file, days } => {
                write!(f, "the certificate in {} expired {days} days ago: renew it", file.display())
            }
            Self::ExpiresSoon { file, days } => {
                write!(f, "the certificate in {} expires in {days} days: renew it", file.display())
            }
            Self::NotYetValid { file } => {
                write!(
                    f,
                    "the certificate in {} is not valid yet: check the clock of this machine",
                    file.display()
                )
            }
            Self::WithoutHost { file } => {
                write!(
                    f,
                    "the certificate in {} names no host: order one with subject alternative names",
                    file.display()
                )
            }
            Self::WithoutKey { file } => {
                write!(
                    f,
                    "the certificate in {} is not used, since there is no key beside it",
                    file.display()
                )
            }
        }
    }
}

pub(super) fn about(one: &Loaded, now: SystemTime) -> Vec<CertificateWarning> {
    let file = || one.file.clone();
    let mut warnings = Vec::new();
    match one.validity.not_after.duration_since(now) {
        Err(past) => warnings.push(CertificateWarning::Expired { file: file(), days: days(past.duration()) }),
        Ok(left) if left < LATE => {
            warnings.push(CertificateWarning::ExpiresSoon { file: file(), days: days(left) });
        }
        Ok(_) => {}
    }
    if one.validity.not_before > now {
        warnings.push(CertificateWarning::NotYetValid { file: file() });
    }
    if one.hosts.is_empty() {
        warnings.push(CertificateWarning::WithoutHost { file: file() });
    }
    warnings
}

fn days(duration: Duration) -> u64 {
    duration.as_secs() / 86_400
}
