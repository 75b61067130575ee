//! What tests have in common.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::alerts::{Alert, InstanceInfo};
use core_monitor_domain::ports::Clock;
use core_monitor_domain::secret_variable::SecretValue;
use core_monitor_domain::time::Timestamp;

pub(crate) mod certificates;
pub(crate) mod mail_server;
pub(crate) mod web_server;

/// A clock that stands still. What it is asked to wait for comes never, or at once.
pub(crate) struct StoppedClock {
    pub(crate) rings: bool,
}

#[async_trait]
impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        at("2026-12-01T10:00:00Z")
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        if !self.rings {
            std::future::pending::<()>().await;
        }
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(StoppedClock { rings: false })
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn secret(text: &str) -> SecretValue {
    SecretValue::new(text).unwrap()
}

pub(crate) fn instance() -> InstanceInfo {
    InstanceInfo { name: "hôme".to_owned(), url: Some("https://monitor.example.org".to_owned()) }
}

/// An alert about a service, with these words.
pub(crate) fn alert_with(phase: &str, title: &str, sentence: &str) -> Alert {
    let stack = serde_json::json!({"id": "00000000-0000-0000-0000-000000000007", "name": "shop"});
    let alert = serde_json::json!({
        "id_key": "service-unhealthy:00000000-0000-0000-0000-000000000007:web",
        "kind": "service-unhealthy",
        "severity": "critical",
        "phase": phase,
        "subject": {"stack": stack, "service": "web"},
        "title": title,
        "sentence": sentence,
        "since": "2026-12-01T09:57:00Z",
        "at": "2026-12-01T10:00:00Z",
        "link_path": "/stacks/00000000-0000-0000-0000-000000000007",
    });
    serde_json::from_value(alert).unwrap()
}

pub(crate) fn alert() -> Alert {
    alert_with(
        "began",
        "shop: service web is unhealthy",
        "the health check of service `web` fails; read its logs",
    )
}
