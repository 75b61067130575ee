//! Where alerts are sent.

use crate::Secret;
use crate::layer::Layer;

/// Where alerts are sent, as it was written. What cannot be used is found when the channels are made.
#[derive(Clone, Default)]
pub struct AlertSettings {
    /// What people call this installation; the name of the host if `None`.
    pub instance_name: Option<String>,
    /// Where people reach the web UI.
    pub public_url: Option<String>,
    /// The address of a webhook.
    pub webhook: Option<Secret>,
    /// What its requests are signed with.
    pub webhook_secret: Option<Secret>,
    /// The topic of an ntfy server.
    pub ntfy: Option<Secret>,
    /// An access token of it.
    pub ntfy_token: Option<Secret>,
    /// A mail server.
    pub smtp: Option<String>,
    /// The password there.
    pub smtp_password: Option<Secret>,
    /// Who mails come from.
    pub mail_from: Option<String>,
    /// Who gets them.
    pub mail_to: Option<String>,
}

impl AlertSettings {
    pub(super) fn of(layer: &Layer) -> Self {
        Self {
            instance_name: layer.instance_name.clone(),
            public_url: layer.public_url.clone(),
            webhook: layer.alert_webhook.clone(),
            webhook_secret: layer.alert_webhook_secret.clone(),
            ntfy: layer.alert_ntfy.clone(),
            ntfy_token: layer.alert_ntfy_token.clone(),
            smtp: layer.alert_smtp.clone(),
            smtp_password: layer.alert_smtp_password.clone(),
            mail_from: layer.alert_mail_from.clone(),
            mail_to: layer.alert_mail_to.clone(),
        }
    }
}
