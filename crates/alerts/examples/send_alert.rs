//! Sends an invented story, its beginning and its end, through the channels that are named: for checks by hand against real servers.
//!
//! ```sh
//! cargo run -p core-monitor-alerts --example send_alert -- \
//!     smtp=smtp://ada@localhost:2525 password=pw from=a@example.org to=b@example.org trust=server.pem
//! cargo run -p core-monitor-alerts --example send_alert -- webhook=http://localhost:8080/hook secret=0123456789abcdef
//! cargo run -p core-monitor-alerts --example send_alert -- ntfy=https://ntfy.sh/my-topic token=tk_…
//! ```
#![expect(clippy::print_stdout, reason = "this is what it is for")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use core_monitor_alerts::settings::Written;
use core_monitor_alerts::{ChannelSettings, channels};
use core_monitor_domain::alerts::{Alert, InstanceInfo};
use core_monitor_domain::ports::Clock;
use core_monitor_domain::secret_variable::SecretValue;
use core_monitor_domain::time::Timestamp;
use core_monitor_requests::Trust;

/// A clock that never rings.
struct Wall;

#[async_trait]
impl Clock for Wall {
    #[expect(clippy::disallowed_methods, reason = "an example has no other clock")]
    fn now(&self) -> Timestamp {
        let passed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::beginning().plus(passed)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: BTreeMap<String, String> = std::env::args()
        .skip(1)
        .filter_map(|word| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    let secret = |name: &str| words.get(name).map(|text| SecretValue::new(text.as_str())).transpose();
    let written = Written {
        webhook: secret("webhook")?,
        webhook_secret: secret("secret")?,
        ntfy: secret("ntfy")?,
        ntfy_token: secret("token")?,
        smtp: words.get("smtp").cloned(),
        smtp_password: secret("password")?,
        mail_from: words.get("from").cloned(),
        mail_to: words.get("to").cloned(),
    };
    let trust = match words.get("trust") {
        Some(path) => Trust::default().and(&std::fs::read(path)?)?,
        None => Trust::of_machine(),
    };
    let clock: Arc<dyn Clock> = Arc::new(Wall);
    let instance =
        InstanceInfo { name: "hôme".to_owned(), url: Some("https://monitor.example.org".to_owned()) };
    for channel in channels(ChannelSettings::parse(&written)?, &trust, &clock)? {
        for alert in story(clock.now())? {
            let sent = channel.send(&alert, &instance).await;
            println!(
                "{}: {}: {}",
                channel.name(),
                alert.phase,
                sent.map_or_else(|error| error.to_string(), |()| "sent".to_owned())
            );
        }
    }
    Ok(())
}

/// A service that is unhealthy for three minutes.
fn story(now: Timestamp) -> Result<Vec<Alert>, serde_json::Error> {
    let alert = |phase: &str, title: &str, sentence: &str| {
        serde_json::from_value(serde_json::json!({
            "id_key": "service-unhealthy:00000000-0000-0000-0000-000000000007:wéb",
            "kind": "service-unhealthy",
            "severity": "critical",
            "phase": phase,
            "subject": {
                "stack": {"id": "00000000-0000-0000-0000-000000000007", "name": "shop"},
                "service": "wéb",
            },
            "title": title,
            "sentence": sentence,
            "since": now,
            "at": now.plus(Duration::from_mins(if phase == "began" { 0 } else { 3 })),
            "link_path": "/stacks/00000000-0000-0000-0000-000000000007",
        }))
    };
    Ok(vec![
        alert(
            "began",
            "shop: service wéb is unhealthy",
            "the health check of service `wéb` fails; read its logs",
        )?,
        alert("resolved", "shop: service wéb is no longer unhealthy", "it lasted 3 min")?,
    ])
}
