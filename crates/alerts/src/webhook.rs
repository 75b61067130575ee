//! Alerts as JSON to an address of somebody's choice.

use std::sync::Arc;

use async_trait::async_trait;
use core_monitor_domain::alerts::{Alert, InstanceInfo};
use core_monitor_domain::ports::{AlertChannel, Clock, SendFailure};
use core_monitor_domain::secret_variable::SecretValue;
use core_monitor_requests::Trust;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use ureq::http::HeaderValue;

use crate::answer::Hidden;
use crate::hex;
use crate::http::{JSON, Poster};
use crate::settings::WebhookSettings;

mod body;

/// The header with the signature: `sha256=` and 64 hexadecimal digits.
pub const SIGNATURE: &str = "X-Core-Monitor-Signature";

/// The header with the time of the request, in seconds since 1970. It is signed too, so that nobody can repeat a request later.
pub const TIMESTAMP: &str = "X-Core-Monitor-Timestamp";

/// A webhook.
pub struct Webhook {
    poster: Poster,
    secret: Option<SecretValue>,
    clock: Arc<dyn Clock>,
}

impl Webhook {
    /// Posts to the address of `settings`.
    pub fn new(settings: WebhookSettings, trust: &Trust, clock: Arc<dyn Clock>) -> Self {
        let hidden = Hidden::default().and_value(settings.secret.as_ref());
        Self { poster: Poster::new(settings.url, trust, hidden), secret: settings.secret, clock }
    }

    /// The headers of a body that is sent now.
    fn headers(&self, body: &[u8]) -> Result<Vec<(&'static str, HeaderValue)>, SendFailure> {
        let mut headers = vec![("Content-Type", JSON)];
        if let Some(secret) = &self.secret {
            let seconds = self.clock.now().as_millis() / 1_000;
            headers.push((TIMESTAMP, HeaderValue::from(seconds)));
            headers.push((SIGNATURE, value(&signature(secret, seconds, body)?)?));
        }
        Ok(headers)
    }
}

#[async_trait]
impl AlertChannel for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn send(&self, alert: &Alert, instance: &InstanceInfo) -> Result<(), SendFailure> {
        let body = body::of(alert, instance)?;
        self.poster.post(self.headers(&body)?, body).await
    }
}

/// The signature of a body that is sent at this time: HMAC-SHA256 of the time in digits, a dot, and the body.
pub fn signature(secret: &SecretValue, seconds: i64, body: &[u8]) -> Result<String, SendFailure> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes());
    let mut mac = mac.map_err(|error| SendFailure::Unusable { reason: error.to_string() })?;
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Ok(format!("sha256={}", hex::digits(&mac.finalize().into_bytes())))
}

fn value(text: &str) -> Result<HeaderValue, SendFailure> {
    HeaderValue::from_str(text).map_err(|error| SendFailure::Unusable { reason: error.to_string() })
}

#[cfg(test)]
mod tests;
