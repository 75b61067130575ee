//! Stacks.

use std::collections::BTreeMap;

use core_monitor_domain::ids::{Seq, StackId, VersionNumber};
use core_monitor_domain::names::StackName;
use core_monitor_domain::observation::ObservedContainer;
use core_monitor_domain::stack::Stack;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::actor::ActorBody;
use crate::v1::commands::OnFailureWord;

pub(crate) mod apply;
pub(crate) mod change;
pub(crate) mod containers;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deploy;
pub(crate) mod labels;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod proposal;
pub(crate) mod restart;
pub(crate) mod rollback;
pub(crate) mod scale;
pub(crate) mod show;
pub(crate) mod start;
pub(crate) mod status;
pub(crate) mod stop;

/// A stack.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stack)]
pub(crate) struct StackBody {
    /// Id of the stack; remains valid after it is deleted.
    #[schema(value_type = uuid::Uuid, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    pub(crate) stack_id: StackId,
    /// Unique among existing stacks; the prefix of the names of its containers, networks and volumes.
    #[schema(value_type = String, example = "shop")]
    pub(crate) name: StackName,
    /// The applied version; null until the first APPLY is DONE.
    #[schema(value_type = Option<u32>, example = 2)]
    pub(crate) current_version: Option<VersionNumber>,
    /// The newest saved version.
    #[schema(value_type = u32, example = 3)]
    pub(crate) latest_version: VersionNumber,
    /// The `seq` of the stack's newest command.
    #[schema(value_type = i64, example = 42)]
    pub(crate) last_seq: Seq,
    /// The value for `If-Match`; the same as the `ETag` header, without its quotes.
    #[schema(example = "v2.42")]
    pub(crate) revision: String,
    /// What an apply or a rollback does on failure, unless the request says otherwise.
    #[schema(example = "hold")]
    pub(crate) on_failure: OnFailureWord,
    /// What grants can be for, beside its name: keys and values that its administrators have set. They have nothing to do with the
    /// labels in its definition.
    #[schema(example = json!({"team": "payments"}))]
    pub(crate) labels: BTreeMap<String, String>,
    /// Who created it.
    pub(crate) created_by: ActorBody,
    /// When it was created.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:00:00Z")]
    pub(crate) created_at: Timestamp,
    /// When its definition or its applied version last changed.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    pub(crate) updated_at: Timestamp,
}

impl From<Stack> for StackBody {
    fn from(stack: Stack) -> Self {
        Self {
            revision: stack.revision().to_string(),
            stack_id: stack.id,
            name: stack.name,
            current_version: stack.current_version,
            latest_version: stack.latest_version,
            last_seq: stack.last_seq,
            on_failure: stack.on_failure.into(),
            labels: stack.labels.into(),
            created_by: stack.created_by.into(),
            created_at: stack.created_at,
            updated_at: stack.updated_at,
        }
    }
}

/// How many containers a stack has.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ContainerCount {
    /// Number of all containers.
    #[schema(example = 9)]
    total: usize,
    /// Number of containers that are up.
    #[schema(example = 7)]
    up: usize,
}

impl ContainerCount {
    pub(crate) fn of(containers: &[ObservedContainer]) -> Self {
        Self { total: containers.len(), up: containers.iter().filter(|c| c.state.is_up()).count() }
    }
}
