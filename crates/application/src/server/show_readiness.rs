//! The readiness check.

use std::time::Duration;

use core_monitor_domain::doctor::SpaceFacts;
use core_monitor_domain::ports::StoreError;
use tokio::sync::Mutex;

use super::gate::BeforeIdentity;
use super::{Server, ServerPorts};

/// What the server depends on.
#[derive(Debug)]
pub struct Readiness {
    /// Age of the worker's last observation; `None` before the first. An error means that the database does not answer.
    pub observation_age: Result<Option<Duration>, StoreError>,
    /// Whether the database takes writes.
    pub is_writable: bool,
    /// The space for data, if the system says it.
    pub space: Option<SpaceFacts>,
}

impl Server {
    /// What the server depends on, now.
    pub async fn show_readiness(&self) -> Readiness {
        let ports = self.before_identity(BeforeIdentity::Readiness);
        let host = ports.observations.host().await;
        let now = ports.clock.now();
        let observation_age = host.map(|host| host.map(|host| now.since(host.taken_at)));
        let is_writable = self.last_asked().ask(ports).await;
        Readiness { observation_age, is_writable, space: ports.disk.space() }
    }
}

/// How long an answer is good for. Nobody has to say who they are to ask, and each question takes the right to write for a
/// moment.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// When it was last asked whether the database takes writes, and the answer.
#[derive(Debug, Default)]
pub(super) struct LastAsked(Mutex<Option<(Duration, bool)>>);

impl LastAsked {
    /// Whoever asks meanwhile waits for the same answer.
    async fn ask(&self, ports: &ServerPorts) -> bool {
        let mut last = self.0.lock().await;
        let now = ports.clock.elapsed();
        if let Some((_, answer)) = last.filter(|(asked, _)| now.saturating_sub(*asked) < GOOD_FOR) {
            return answer;
        }
        let answer = ports.queue.is_writable().await;
        if let Err(error) = &answer {
            tracing::warn!(%error, "the database takes no writes");
        }
        *last = Some((ports.clock.elapsed(), answer.is_ok()));
        answer.is_ok()
    }
}
