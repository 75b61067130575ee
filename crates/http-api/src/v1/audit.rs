//! The audit: changes made without a command.

use std::net::IpAddr;

use core_monitor_domain::audit::{AuditDetail, AuditRecord};
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;
use crate::v1::words::{ActionWord, ChangeWord};

pub(crate) mod export;
mod filter;
pub(crate) mod list;
pub(crate) mod verify;

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
    /// What was done: the `operationId` of the API operation.
    #[schema(value_type = ActionWord, example = "store_registry")]
    action: &'static str,
    /// The resource that was changed: its kind and its name.
    #[schema(example = "registry:registry.example.com:5000")]
    resource: String,
    /// What happened to it.
    #[schema(value_type = ChangeWord, example = "replaced")]
    change: &'static str,
    /// More about it, for what happens in containers and for sign-ins.
    detail: Option<AuditDetailBody>,
    /// Its value in the chain of the audit: SHA-256 over the record and the value of the one before it. Null for records from before
    /// there was a chain. `docs/operating.md` says how to verify it.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    chain: Option<String>,
}

/// More about an entry: names and numbers, never what was typed, printed or in a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditDetail)]
pub(crate) struct AuditDetailBody {
    /// The name of the container at that time, or of the user as whom somebody tried to sign in. For the labels of a stack, what
    /// went and what came: `-team=web, +team=shop`.
    #[schema(example = "shop-web-1")]
    name: Option<String>,
    /// The program that was started.
    #[schema(example = "/bin/sh")]
    program: Option<String>,
    /// How many arguments it got; they may be secret.
    #[schema(example = 0)]
    arguments: Option<u64>,
    /// Why it ended, in one word; or why it was refused, as a sentence.
    #[schema(example = "exited")]
    reason: Option<String>,
    /// Its exit code.
    #[schema(example = 0)]
    exit_code: Option<i64>,
    /// How long it ran.
    #[schema(example = 42)]
    seconds: Option<u64>,
    /// The path of a file or folder.
    #[schema(example = "/etc/nginx/nginx.conf")]
    path: Option<String>,
    /// How many bytes were transferred.
    #[schema(example = 1024)]
    bytes: Option<u64>,
    /// Where somebody signed in from, as the server sees it: a reverse proxy has its own address.
    #[schema(value_type = Option<String>, example = "192.0.2.7")]
    address: Option<IpAddr>,
}

impl From<AuditDetail> for AuditDetailBody {
    fn from(detail: AuditDetail) -> Self {
        let AuditDetail { name, program, arguments, reason, exit_code, seconds, path, bytes, address } =
            detail;
        Self { name, program, arguments, reason, exit_code, seconds, path, bytes, address }
    }
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
            detail: entry.detail.map(AuditDetailBody::from),
            chain: record.chain.map(String::from),
        }
    }
}
