//! Alerts by mail.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use core_monitor_domain::alerts::{Alert, InstanceInfo};
use core_monitor_domain::ports::{AlertChannel, Clock, SendFailure, within};
use core_monitor_requests::{Trust, TrustError};
use lettre::transport::smtp::client::TlsParameters;

use crate::settings::{Encryption, MailSettings};
use crate::trust::of_mail;

mod conversation;
mod letter;

/// How long all of it may take. Mail servers let strangers wait on purpose.
const LIMIT: Duration = Duration::from_secs(30);

/// A mail server, and who gets mail.
pub struct Mail {
    settings: MailSettings,
    tls: Option<TlsParameters>,
    clock: Arc<dyn Clock>,
}

impl Mail {
    /// Sends as `settings` say. It fails if the certificates that are trusted cannot be used.
    pub fn new(settings: MailSettings, trust: &Trust, clock: Arc<dyn Clock>) -> Result<Self, TrustError> {
        let tls = match settings.encryption {
            Encryption::None => None,
            Encryption::Always | Encryption::StartTls => Some(of_mail(trust, &settings.host)?),
        };
        Ok(Self { settings, tls, clock })
    }
}

#[async_trait]
impl AlertChannel for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    async fn send(&self, alert: &Alert, instance: &InstanceInfo) -> Result<(), SendFailure> {
        let letter = letter::of(alert, instance, &self.settings)?;
        let sent = conversation::send(&self.settings, self.tls.as_ref(), &letter);
        within(&*self.clock, LIMIT, sent).await.unwrap_or_else(|| {
            Err(SendFailure::TimedOut { host: self.settings.host.clone(), seconds: LIMIT.as_secs() })
        })
    }
}

#[cfg(test)]
mod tests;
