//! What a plan means for a service, in bodies.

use core_monitor_domain::plan::{ReplaceOrder, ServiceImpact, ServiceRisk};
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::message::{MessageBody, bodies};
use crate::v1::words::{ReplaceOrderWord, RiskCodeWord, ServiceChangeWord};

/// What a plan means for a service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceImpact)]
pub(crate) struct ServiceImpactBody {
    #[schema(example = "web")]
    service: String,
    /// What happens to it.
    #[schema(value_type = ServiceChangeWord, example = "replace")]
    change: &'static str,
    /// Why it happens; for `keep`, why nothing does.
    causes: Vec<MessageBody>,
    /// What comes first where a running container is replaced; null if none is.
    #[schema(value_type = Option<ReplaceOrderWord>, example = "stop_first")]
    order: Option<&'static str>,
    /// About how many seconds it does not serve: the longest time that the engine waits for a stop and, with a health check, the
    /// time until the first one. 0 if it goes on; null if it cannot be said, or if it does not come back.
    #[schema(example = 15)]
    gap_seconds: Option<u64>,
    /// How many of its containers are affected; for `keep`, how many it has.
    #[schema(example = 1)]
    containers: u32,
    /// The ports of the host that are touched, as `address:port/protocol`; `?` for a port that the engine chooses.
    #[schema(example = json!(["127.0.0.1:8080/tcp"]))]
    ports: Vec<String>,
    /// The named volumes that are touched, by their names on the engine.
    #[schema(example = json!(["shop_data"]))]
    volumes: Vec<String>,
    /// What is to be thought about before.
    risks: Vec<ServiceRiskBody>,
}

/// Something that a change of a service may cost.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceRisk)]
pub(crate) struct ServiceRiskBody {
    /// Stable code.
    #[schema(value_type = RiskCodeWord, example = "interruption")]
    code: &'static str,
    /// The same as a sentence.
    message: MessageBody,
}

impl From<ServiceImpact> for ServiceImpactBody {
    fn from(impact: ServiceImpact) -> Self {
        Self {
            service: impact.service.to_string(),
            change: impact.change.as_str(),
            causes: bodies(&impact.causes),
            order: impact.order.map(ReplaceOrder::as_str),
            gap_seconds: impact.gap_ms.map(|gap| gap.div_ceil(1_000)),
            containers: impact.containers,
            ports: impact.ports,
            volumes: impact.volumes,
            risks: impact.risks.into_iter().map(ServiceRiskBody::from).collect(),
        }
    }
}

impl From<ServiceRisk> for ServiceRiskBody {
    fn from(risk: ServiceRisk) -> Self {
        Self { code: risk.code.as_str(), message: risk.message.into() }
    }
}
