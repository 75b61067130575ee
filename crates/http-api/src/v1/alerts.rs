//! Alerts, in bodies.

use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::StoredAlert;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::message::MessageBody;
use crate::v1::words::{AlertKindWord, AlertPhaseWord, AlertSeverityWord};

pub(crate) mod list;
pub(crate) mod test;

/// Something that people were told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
pub(crate) struct AlertBody {
    #[schema(value_type = AlertKindWord, example = "service-unhealthy")]
    kind: &'static str,
    #[schema(value_type = AlertPhaseWord, example = "began")]
    phase: &'static str,
    #[schema(value_type = AlertSeverityWord, example = "critical")]
    severity: &'static str,
    /// A heading.
    title: MessageBody,
    /// What is the case and what to try.
    sentence: MessageBody,
    /// The stack it is about.
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    #[schema(example = "shop")]
    stack_name: Option<String>,
    /// The service it is about.
    #[schema(example = "web")]
    service: Option<String>,
    /// Since when it is the case.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:57:00Z")]
    since: Timestamp,
    /// When it was told.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T09:59:00Z")]
    at: Timestamp,
    /// To whom it was sent. A channel that is missing has not taken it yet.
    delivered: Vec<DeliveryBody>,
}

/// Whether a channel has taken an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertDelivery)]
pub(crate) struct DeliveryBody {
    #[schema(example = "webhook")]
    channel: String,
    /// Why it has not, and what to try; null if it has.
    #[schema(example = json!(null))]
    failure: Option<String>,
}

impl From<StoredAlert> for AlertBody {
    fn from(stored: StoredAlert) -> Self {
        let alert = stored.alert;
        let (stack_id, stack_name) =
            alert.subject.stack.map(|stack| (stack.id, stack.name.to_string())).unzip();
        let delivered = stored.delivered.into_iter();
        Self {
            kind: alert.kind.as_str(),
            phase: alert.phase.as_str(),
            severity: alert.severity.as_str(),
            title: alert.title.into(),
            sentence: alert.sentence.into(),
            stack_id,
            stack_name,
            service: alert.subject.service,
            since: alert.since,
            at: alert.at,
            delivered: delivered.map(|(channel, failure)| DeliveryBody { channel, failure }).collect(),
        }
    }
}
