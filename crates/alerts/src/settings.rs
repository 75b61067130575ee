//! Which channels there are: what people write, as types.

use core_monitor_domain::secret_variable::SecretValue;

mod address;
mod mail;
mod ntfy;
mod webhook;

pub use mail::{Encryption, MailSettings, SignIn};
pub use ntfy::NtfySettings;
pub use webhook::WebhookSettings;

/// The address of a webhook.
pub const WEBHOOK: &str = "CORE_MONITOR_ALERT_WEBHOOK";
/// What its requests are signed with.
pub const WEBHOOK_SECRET: &str = "CORE_MONITOR_ALERT_WEBHOOK_SECRET";
/// A topic of an ntfy server.
pub const NTFY: &str = "CORE_MONITOR_ALERT_NTFY";
/// An access token of that server.
pub const NTFY_TOKEN: &str = "CORE_MONITOR_ALERT_NTFY_TOKEN";
/// A mail server, and the user there.
pub const SMTP: &str = "CORE_MONITOR_ALERT_SMTP";
/// The password of that user.
pub const SMTP_PASSWORD: &str = "CORE_MONITOR_ALERT_SMTP_PASSWORD";
/// Who sends the mails.
pub const MAIL_FROM: &str = "CORE_MONITOR_ALERT_MAIL_FROM";
/// Who receives the mails, separated by commas.
pub const MAIL_TO: &str = "CORE_MONITOR_ALERT_MAIL_TO";

/// The texts as they were written; empty ones are as good as none.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// See [`WEBHOOK`]. A secret too: who knows it can post there.
    pub webhook: Option<SecretValue>,
    /// See [`WEBHOOK_SECRET`].
    pub webhook_secret: Option<SecretValue>,
    /// See [`NTFY`]. A secret too: who knows the topic can read it.
    pub ntfy: Option<SecretValue>,
    /// See [`NTFY_TOKEN`].
    pub ntfy_token: Option<SecretValue>,
    /// See [`SMTP`].
    pub smtp: Option<String>,
    /// See [`SMTP_PASSWORD`].
    pub smtp_password: Option<SecretValue>,
    /// See [`MAIL_FROM`].
    pub mail_from: Option<String>,
    /// See [`MAIL_TO`].
    pub mail_to: Option<String>,
}

/// What is configured for one channel.
#[derive(Debug, Clone)]
pub enum ChannelSettings {
    /// A webhook.
    Webhook(WebhookSettings),
    /// A topic of an ntfy server.
    Ntfy(NtfySettings),
    /// Mail.
    Mail(MailSettings),
}

/// A setting that cannot be used. It repeats no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable} {what}, e.g. {variable}={example}")]
pub struct SettingsError {
    /// The variable.
    pub variable: &'static str,
    /// What is wrong with it.
    pub what: String,
    /// How it could look.
    pub example: &'static str,
}

impl SettingsError {
    fn new(variable: &'static str, what: impl Into<String>, example: &'static str) -> Self {
        Self { variable, what: what.into(), example }
    }
}

impl ChannelSettings {
    /// The channels that are configured; none if nothing is.
    pub fn parse(written: &Written) -> Result<Vec<Self>, SettingsError> {
        let webhook = trimmed(written.webhook.as_ref().map(SecretValue::expose));
        let webhook = webhook::parse(webhook, written.webhook_secret.as_ref())?;
        let ntfy = trimmed(written.ntfy.as_ref().map(SecretValue::expose));
        let ntfy = ntfy::parse(ntfy, written.ntfy_token.as_ref())?;
        let mail = mail::parse(&mail::Parts {
            smtp: trimmed(written.smtp.as_deref()),
            password: written.smtp_password.as_ref(),
            from: trimmed(written.mail_from.as_deref()),
            to: trimmed(written.mail_to.as_deref()),
        })?;
        let webhook = webhook.map(Self::Webhook).into_iter();
        Ok(webhook.chain(ntfy.map(Self::Ntfy)).chain(mail.map(Self::Mail)).collect())
    }
}

/// What is written, without the space around it; `None` if there is nothing.
fn trimmed(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
