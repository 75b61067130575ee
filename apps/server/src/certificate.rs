//! The certificate of the server, and its changes.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use core_monitor_configuration::TlsFiles;
use core_monitor_domain::ports::Clock as _;
use core_monitor_host::SystemClock;
use core_monitor_transport::ServerConfig;
use core_monitor_transport::certificates::{CertificateFiles, CertificateWarning, Reload, http1_config};
use tracing::{info, warn};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(30);

/// The certificate, and what the listener needs to speak TLS with it.
pub(crate) struct Served {
    certificate: Arc<CertificateFiles>,
    pub(crate) config: Arc<ServerConfig>,
}

impl Served {
    /// Of these files, which have to be usable.
    pub(crate) fn load(files: &TlsFiles) -> anyhow::Result<Self> {
        let (certificate, warnings) = read(files)?;
        for warning in warnings {
            warn!("{warning}");
        }
        let certificate = Arc::new(certificate);
        let config = http1_config(&certificate).context("cannot set up TLS")?;
        Ok(Self { certificate, config })
    }

    /// Takes over what changes in the files, for as long as it is polled.
    pub(crate) async fn keep_up(self) {
        loop {
            SystemClock.sleep(EVERY).await;
            let certificate = Arc::clone(&self.certificate);
            match tokio::task::spawn_blocking(move || certificate.reload_if_changed(now())).await {
                Ok(Ok(Reload::Unchanged)) => {}
                Ok(Ok(Reload::Replaced { warnings })) => {
                    info!("the certificate was read again");
                    for warning in warnings {
                        warn!("{warning}");
                    }
                }
                Ok(Err(error)) => {
                    let error = format!("{:#}", anyhow::Error::from(error));
                    warn!(error, "cannot read the certificate; the one in use stays in use");
                }
                Err(_) => return,
            }
        }
    }
}

/// An error if the server could not start with these files.
pub(crate) fn examine(files: &TlsFiles) -> anyhow::Result<()> {
    read(files).map(|_| ())
}

fn read(files: &TlsFiles) -> anyhow::Result<(CertificateFiles, Vec<CertificateWarning>)> {
    CertificateFiles::load(&files.certificate, &files.key, now())
        .context("`tls_certificate` and `tls_key` cannot be used")
}

/// The time of the day, to say whether the certificate has expired.
fn now() -> SystemTime {
    let since_1970 = u64::try_from(SystemClock.now().as_millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(since_1970)
}
