//! Telling people.

use async_trait::async_trait;
use core_monitor_message::Message;

use crate::alerts::{Alert, InstanceInfo, said};

/// A way to tell people something while they are not looking, such as a webhook or mail.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AlertChannel: Send + Sync {
    /// What people call it: `webhook`, `ntfy` or `mail`.
    fn name(&self) -> &'static str;

    /// Sends one alert. Returns when it was accepted, within a fixed time of some seconds. Nothing is repeated: whoever asks may
    /// try again later if [`SendFailure::is_worth_another_try`] says so, and the alert can then arrive twice.
    async fn send(&self, alert: &Alert, instance: &InstanceInfo) -> Result<(), SendFailure>;
}

/// Why an alert was not accepted. It has the names of hosts and what they answered, but never an address with a path, a user or
/// a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum SendFailure {
    /// User, password or token are wrong or missing.
    Credentials {
        /// Who refused them.
        host: String,
        /// Status and first line of the answer.
        answer: String,
    },
    /// The name has no address.
    NoSuchName {
        /// The name.
        host: String,
    },
    /// No connection, or a broken one.
    Unreachable {
        /// Who should have been reached.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// No answer in time.
    TimedOut {
        /// Who was asked.
        host: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The certificate is not trusted, or is for another name.
    Certificate {
        /// Who was asked.
        host: String,
        /// What the TLS library says.
        reason: String,
    },
    /// There is no common way to encrypt, or none is expected at this port.
    Tls {
        /// Who was asked.
        host: String,
        /// What the TLS library says.
        reason: String,
    },
    /// Encryption is required and not offered.
    NoTls {
        /// Who was asked.
        host: String,
    },
    /// The answer is a redirect.
    Redirected {
        /// Who was asked.
        host: String,
        /// Status of the answer.
        status: u16,
    },
    /// Not now: too many requests, or an error on the other side.
    Later {
        /// Who was asked.
        host: String,
        /// Status and first line of the answer.
        answer: String,
    },
    /// The other side does not take it, now or later.
    Rejected {
        /// Who was asked.
        host: String,
        /// Status and first line of the answer.
        answer: String,
    },
    /// The request could not be made.
    Unusable {
        /// Why.
        reason: String,
    },
}

impl SendFailure {
    /// What went wrong and what to try.
    pub fn message(&self) -> Message {
        match self {
            Self::Credentials { host, answer } => said::send_credentials(host, answer),
            Self::NoSuchName { host } => said::send_no_name(host),
            Self::Unreachable { host, reason } => said::send_unreachable(host, reason),
            Self::TimedOut { host, seconds } => said::send_timed_out(host, seconds),
            Self::Certificate { host, reason } => said::send_certificate(host, reason),
            Self::Tls { host, reason } => said::send_tls(host, reason),
            Self::NoTls { host } => said::send_no_tls(host),
            Self::Redirected { host, status } => said::send_redirected(host, status),
            Self::Later { host, answer } => said::send_later(host, answer),
            Self::Rejected { host, answer } => said::send_rejected(host, answer),
            Self::Unusable { reason } => said::send_unusable(reason),
        }
    }

    /// Whether the same may succeed a little later without anybody doing something about it.
    pub fn is_worth_another_try(&self) -> bool {
        match self {
            Self::NoSuchName { .. }
            | Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Later { .. } => true,
            Self::Credentials { .. }
            | Self::Certificate { .. }
            | Self::Tls { .. }
            | Self::NoTls { .. }
            | Self::Redirected { .. }
            | Self::Rejected { .. }
            | Self::Unusable { .. } => false,
        }
    }
}
