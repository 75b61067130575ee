//! Where alerts are sent, from the settings.

use std::sync::Arc;

use anyhow::Context as _;
use core_monitor_alerts::settings::Written;
use core_monitor_alerts::{ChannelSettings, channels as made};
use core_monitor_application::server::AlertChannels;
use core_monitor_configuration::{AlertSettings, Secret};
use core_monitor_domain::alerts::InstanceInfo;
use core_monitor_domain::ports::Clock;
use core_monitor_domain::secret_variable::SecretValue;
use core_monitor_host::SystemClock;
use core_monitor_host::machine::host_name;
use core_monitor_requests::Trust;

/// The channels that are configured; an error says which setting cannot be used.
pub(super) fn channels(settings: &AlertSettings) -> anyhow::Result<AlertChannels> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let name = settings.instance_name.clone().or_else(host_name).unwrap_or_else(|| "core-monitor".to_owned());
    let instance = InstanceInfo { name, url: settings.public_url.clone() };
    let parsed = ChannelSettings::parse(&written(settings)?).context("alerts cannot be sent")?;
    if parsed.is_empty() {
        return Ok(AlertChannels { channels: Vec::new(), instance });
    }
    let channels = made(parsed, &Trust::of_machine(), &clock).context("alerts cannot be sent")?;
    Ok(AlertChannels { channels, instance })
}

fn written(settings: &AlertSettings) -> anyhow::Result<Written> {
    let secret = |name: &str, secret: Option<&Secret>| {
        let value = secret.map(|secret| SecretValue::new(secret.expose())).transpose();
        value.with_context(|| format!("`{name}` cannot be used"))
    };
    Ok(Written {
        webhook: secret("alert_webhook", settings.webhook.as_ref())?,
        webhook_secret: secret("alert_webhook_secret", settings.webhook_secret.as_ref())?,
        ntfy: secret("alert_ntfy", settings.ntfy.as_ref())?,
        ntfy_token: secret("alert_ntfy_token", settings.ntfy_token.as_ref())?,
        smtp: settings.smtp.clone(),
        smtp_password: secret("alert_smtp_password", settings.smtp_password.as_ref())?,
        mail_from: settings.mail_from.clone(),
        mail_to: settings.mail_to.clone(),
    })
}
