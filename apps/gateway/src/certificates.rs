//! The certificates of the gateway, and their changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use core_monitor_domain::ports::Clock as _;
use core_monitor_gateway_proxy::ServerConfig;
use core_monitor_gateway_proxy::tls::{Certificates, Reload, server_config};
use core_monitor_host::SystemClock;
use tracing::{info, warn};

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(30);

/// The certificates that all connections share.
pub(crate) type Shared = Arc<Certificates>;

/// The certificates in a folder; `None` without such a folder, or if it is empty.
pub(crate) fn load(folder: &Path) -> anyhow::Result<Option<Shared>> {
    if is_empty(folder) {
        return Ok(None);
    }
    let (certificates, warnings) = Certificates::load(folder, now())?;
    for warning in warnings {
        warn!("{warning}");
    }
    Ok(Some(Arc::new(certificates)))
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

/// What listeners need to speak TLS.
pub(crate) fn config(certificates: &Shared) -> anyhow::Result<Arc<ServerConfig>> {
    server_config(certificates).context("cannot set up TLS")
}

/// Takes over what changes in the folder, for as long as it is polled.
pub(crate) async fn keep_up(folder: PathBuf, certificates: Option<Shared>) {
    let Some(certificates) = certificates else { return tell_of_the_first(&folder).await };
    loop {
        SystemClock.sleep(EVERY).await;
        let shared = Arc::clone(&certificates);
        match tokio::task::spawn_blocking(move || shared.reload_if_changed(now())).await {
            Ok(Ok(Reload::Unchanged)) => {}
            Ok(Ok(Reload::Replaced { warnings })) => {
                info!("the certificates were read again");
                for warning in warnings {
                    warn!("{warning}");
                }
            }
            Ok(Err(error)) => {
                let error = format!("{:#}", anyhow::Error::from(error));
                warn!(error, "cannot read the certificates; those in use stay in use");
            }
            Err(_) => return,
        }
    }
}

/// The time of the day, to say which certificates have expired.
fn now() -> SystemTime {
    let since_1970 = u64::try_from(SystemClock.now().as_millis()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(since_1970)
}

/// Says once that there are certificates now: nothing listens for HTTPS before the next start.
async fn tell_of_the_first(folder: &Path) {
    while is_empty(folder) {
        SystemClock.sleep(EVERY).await;
    }
    warn!(folder = %folder.display(), "there are certificates now; restart core-monitor-gateway so that it listens for HTTPS");
}
