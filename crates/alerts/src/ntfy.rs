//! Alerts to a topic of an ntfy server. The form with JSON is used, since headers cannot have every character.

use async_trait::async_trait;
use core_monitor_domain::alerts::{Alert, AlertSeverity, InstanceInfo, Phase};
use core_monitor_domain::ports::{AlertChannel, SendFailure};
use core_monitor_domain::secret_variable::SecretValue;
use core_monitor_requests::Trust;
use serde::Serialize;
use ureq::http::HeaderValue;

use crate::answer::Hidden;
use crate::http::{JSON, Poster};
use crate::prose;
use crate::settings::NtfySettings;

/// A topic of an ntfy server.
pub struct Ntfy {
    poster: Poster,
    topic: String,
    token: Option<SecretValue>,
}

/// What ntfy documents as the body of a request to its root.
#[derive(Serialize)]
struct Body<'a> {
    topic: &'a str,
    title: String,
    message: String,
    priority: u8,
    tags: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    click: Option<String>,
}

impl Ntfy {
    /// Publishes to the topic of `settings`.
    pub fn new(settings: NtfySettings, trust: &Trust) -> Self {
        // Whoever knows a topic can read it.
        let hidden = Hidden::default().and(&settings.topic).and_value(settings.token.as_ref());
        Self {
            poster: Poster::new(settings.server, trust, hidden),
            topic: settings.topic,
            token: settings.token,
        }
    }

    fn headers(&self) -> Result<Vec<(&'static str, HeaderValue)>, SendFailure> {
        let mut headers = vec![("Content-Type", JSON)];
        if let Some(token) = &self.token {
            let bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose()));
            let unusable = |_| SendFailure::Unusable {
                reason: "the token has characters that no header can have".to_owned(),
            };
            let mut bearer = bearer.map_err(unusable)?;
            bearer.set_sensitive(true);
            headers.push(("Authorization", bearer));
        }
        Ok(headers)
    }
}

#[async_trait]
impl AlertChannel for Ntfy {
    fn name(&self) -> &'static str {
        "ntfy"
    }

    async fn send(&self, alert: &Alert, instance: &InstanceInfo) -> Result<(), SendFailure> {
        let body = Body {
            topic: &self.topic,
            title: format!("{} ({})", prose::title(alert), prose::instance(instance)),
            message: prose::sentence(alert),
            priority: priority(alert),
            tags: [tag(alert)],
            click: instance.link(&alert.link_path),
        };
        let body = serde_json::to_vec(&body);
        let body = body.map_err(|error| SendFailure::Unusable { reason: error.to_string() })?;
        self.poster.post(self.headers()?, body).await
    }
}

/// From 1, the lowest, to 5. 3 is the usual one, 4 makes a longer sound, and 5 is left to people who are woken by it on purpose.
fn priority(alert: &Alert) -> u8 {
    match (alert.phase, alert.severity) {
        (Phase::Began | Phase::Reminder, AlertSeverity::Critical) => 4,
        _ => 3,
    }
}

/// The short name of an emoji, which is shown before the title.
fn tag(alert: &Alert) -> &'static str {
    match (alert.phase, alert.severity) {
        (Phase::Resolved, _) => "white_check_mark",
        (_, AlertSeverity::Critical) => "rotating_light",
        (_, AlertSeverity::Warning) => "warning",
    }
}

#[cfg(test)]
mod tests;
