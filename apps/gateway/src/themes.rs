//! Reads the operator's themes, and reads them again when they change.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use core_monitor_domain::ports::Clock as _;
use core_monitor_gateway_proxy::ThemedPages;
use core_monitor_host::{SystemClock, ThemeFolder};
use tracing::warn;

/// How often the folder is looked at.
const EVERY: Duration = Duration::from_secs(2);

/// Keeps the pages up with the folder for as long as it is polled.
pub(crate) async fn keep_up(folder: PathBuf, pages: Arc<ThemedPages>) {
    let folder = Arc::new(ThemeFolder::new(folder));
    let mut seen = None;
    let mut broken = None;
    loop {
        let (looked_at, known) = (Arc::clone(&folder), seen.clone());
        let read = tokio::task::spawn_blocking(move || {
            let marks = looked_at.marks()?;
            let changed = known.as_ref() != Some(&marks);
            let themes = if changed { Some(looked_at.read()?) } else { None };
            Ok::<_, std::io::Error>((marks, themes))
        });
        match read.await {
            Ok(Ok((marks, themes))) => {
                seen = Some(marks);
                broken = None;
                if let Some(themes) = themes {
                    pages.take(themes);
                }
            }
            Ok(Err(error)) => {
                let error = error.to_string();
                if broken.as_ref() != Some(&error) {
                    warn!(error, "cannot read the folder of themes; those that were read stay");
                }
                broken = Some(error);
            }
            Err(_) => return,
        }
        SystemClock.sleep(EVERY).await;
    }
}
