//! Sends alerts to people: by webhook, [ntfy](https://ntfy.sh) and mail.
//!
//! Each channel is an [`AlertChannel`]. [`settings`] says what is configured, and
//! [`channels`] makes the channels. Certificates are checked against those that the machine trusts, see [`Trust`]. No redirect
//! is followed, no proxy is used, and no error has a secret in it.
#![deny(missing_docs)]

use std::sync::Arc;

use core_monitor_domain::ports::{AlertChannel, Clock};
use core_monitor_requests::{Trust, TrustError};

mod answer;
#[cfg(test)]
mod fixture;
mod hex;
mod http;
mod mail;
mod ntfy;
mod prose;
pub mod settings;
mod trust;
mod webhook;

pub use mail::Mail;
pub use ntfy::Ntfy;
pub use settings::ChannelSettings;
pub use webhook::{SIGNATURE, TIMESTAMP, Webhook, signature};

/// A channel for each of these settings, in their order.
pub fn channels(
    settings: Vec<ChannelSettings>,
    trust: &Trust,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<dyn AlertChannel>>, TrustError> {
    let channel = |settings| -> Result<Arc<dyn AlertChannel>, TrustError> {
        Ok(match settings {
            ChannelSettings::Webhook(settings) => Arc::new(Webhook::new(settings, trust, Arc::clone(clock))),
            ChannelSettings::Ntfy(settings) => Arc::new(Ntfy::new(settings, trust)),
            ChannelSettings::Mail(settings) => Arc::new(Mail::new(settings, trust, Arc::clone(clock))?),
        })
    };
    settings.into_iter().map(channel).collect()
}
