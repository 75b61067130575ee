//! What the host uses.

use std::time::Duration;

use core_monitor_domain::ports::within;
use core_monitor_domain::statistics::{HostFigures, HostReading};

use super::Statistics;

/// A disk that does not answer must not hold up the collection.
const PATIENCE: Duration = Duration::from_secs(2);
/// The engine can be replaced by one with another folder.
const ASK_AGAIN: Duration = Duration::from_mins(10);

/// Reads the host again and again.
#[derive(Debug, Default)]
pub(super) struct HostReader {
    before: Option<HostReading>,
    /// The folder of the engine's data, and the elapsed time when it was asked for.
    root: Option<(Option<String>, Duration)>,
}

impl HostReader {
    /// Reads the host once. What cannot be read stays as it was; its age shows.
    pub(super) async fn read(&mut self, statistics: &Statistics) {
        let ports = &statistics.ports;
        let root = self.root(statistics).await;
        let Some(Some(reading)) = within(&*ports.clock, PATIENCE, ports.host.read(root)).await else {
            return;
        };
        let figures = HostFigures::of(ports.clock.now(), reading.clone(), self.before.as_ref());
        self.before = Some(reading);
        *statistics.shared.host() = Some(figures);
    }

    async fn root(&mut self, statistics: &Statistics) -> Option<String> {
        let (ports, now) = (&statistics.ports, statistics.ports.clock.elapsed());
        match &self.root {
            Some((root, asked)) if now.saturating_sub(*asked) < ASK_AGAIN => root.clone(),
            _ => {
                let asked = within(&*ports.clock, PATIENCE, ports.containers.data_root()).await;
                let root = asked.and_then(Result::ok);
                // An engine that is away is asked again soon.
                self.root = root.clone().map(|root| (Some(root), now));
                root
            }
        }
    }
}
