//! A webhook.

use core_monitor_domain::secret_variable::SecretValue;
use url::Url;

use super::{SettingsError, WEBHOOK, WEBHOOK_SECRET, address};

/// An example of [`WEBHOOK`].
const EXAMPLE: &str = "https://hooks.example.org/services/T0/B0/x";
/// An example of [`WEBHOOK_SECRET`].
const EXAMPLE_SECRET: &str = "$(openssl rand -hex 32)";
/// A shorter secret can be found by trying.
const SHORTEST: usize = 16;

/// Where alerts are posted to.
#[derive(Clone)]
pub struct WebhookSettings {
    /// The address, as good as a secret.
    pub url: Url,
    /// What requests are signed with; `None` if they are not.
    pub secret: Option<SecretValue>,
}

impl std::fmt::Debug for WebhookSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSettings").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

pub(super) fn parse(
    text: Option<&str>,
    secret: Option<&SecretValue>,
) -> Result<Option<WebhookSettings>, SettingsError> {
    let wrong = |what: String| SettingsError::new(WEBHOOK, what, EXAMPLE);
    let Some(text) = text else {
        return match secret {
            Some(_) => Err(wrong(format!("is missing, although {WEBHOOK_SECRET} is set"))),
            None => Ok(None),
        };
    };
    let url = address::of_web(text).map_err(wrong)?;
    if secret.is_some_and(|secret| secret.expose().len() < SHORTEST) {
        let what = format!("is shorter than {SHORTEST} characters");
        return Err(SettingsError::new(WEBHOOK_SECRET, what, EXAMPLE_SECRET));
    }
    Ok(Some(WebhookSettings { url, secret: secret.cloned() }))
}
