//! The audit: changes made without a command.

use core_monitor_domain::audit::AuditRecord;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;
use crate::v1::words::{ActionWord, ChangeWord};

pub(crate) mod list;

/// An audit record. Records are never changed or removed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecord)]
pub(crate) struct AuditBody {
    /// Position in the audit; later records have larger numbers.
    #[schema(example = 3)]
    id: i64,
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    at: Timestamp,
    /// Who did it.
    actor: ActorBody,
    /// What was done: the `operationId` of the API operation, or `issue_token`, which has no API operation.
    #[schema(value_type = ActionWord, example = "store_registry")]
    action: &'static str,
    /// The resource that was changed: its kind and its name.
    #[schema(example = "registry:registry.example.com:5000")]
    resource: String,
    /// What happened to it.
    #[schema(value_type = ChangeWord, example = "replaced")]
    change: &'static str,
}

impl From<AuditRecord> for AuditBody {
    fn from(record: AuditRecord) -> Self {
        let entry = record.entry;
        Self {
            id: record.id,
            at: entry.at,
            actor: entry.actor.into(),
            action: entry.action.as_str(),
            resource: entry.resource.to_string(),
            change: entry.change.as_str(),
        }
    }
}
