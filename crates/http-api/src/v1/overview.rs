//! What somebody sees first.

use core_monitor_application::server::{AttendedItem, ShownOverview, StackCounts, StackState};
use core_monitor_domain::ids::StackId;
use core_monitor_domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::commands::CommandBody;
use crate::v1::host::{DiskBody, HostFiguresBody};
use crate::v1::message::MessageBody;
use crate::v1::words::{AttentionKindWord, SeverityWord};

pub(crate) mod show;
pub(crate) mod stream;

/// What needs attention, how the stacks stand, and what the host does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Overview)]
pub(crate) struct OverviewBody {
    /// When it was put together.
    #[schema(value_type = String, format = DateTime, example = "2026-01-26T10:05:00Z")]
    taken_at: Timestamp,
    /// What needs attention, the worst first, at most 100.
    attention: Vec<AttentionItemBody>,
    /// How many things need attention beyond those.
    #[schema(example = 0)]
    attention_left_out: usize,
    /// Of how many stacks it is not known yet what the lint says of their newest version: ask again for the rest.
    #[schema(example = 0)]
    lint_left_out: usize,
    stacks: StackCountsBody,
    queue: OverviewQueue,
    /// What the host uses; null while no worker says it.
    host: Option<HostFiguresBody>,
    /// The file systems of the data folder and of the engine, each once; empty while no worker says it.
    disks: Vec<DiskBody>,
}

/// How many stacks there are, and how they stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StackCounts)]
pub(crate) struct StackCountsBody {
    #[schema(example = 12)]
    total: usize,
    /// Never applied, and without containers.
    #[schema(example = 1)]
    not_applied: usize,
    #[schema(example = 9)]
    running: usize,
    #[schema(example = 0)]
    partial: usize,
    /// Those that sleep until somebody asks for them.
    #[schema(example = 2)]
    asleep: usize,
    #[schema(example = 1)]
    stopped: usize,
    #[schema(example = 0)]
    completed: usize,
    #[schema(example = 1)]
    degraded: usize,
    #[schema(example = 0)]
    unknown: usize,
    /// Those that are not as their applied versions say, in whatever state.
    #[schema(example = 1)]
    drifted: usize,
}

/// The queue in short.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OverviewQueue {
    /// Number of waiting commands in the lane `writes`.
    #[schema(example = 0)]
    pending: u64,
    /// Whether no command in the lane `writes` runs until a failed one is retried or cancelled.
    #[schema(example = false)]
    blocked: bool,
    /// The commands that run, oldest first.
    running: Vec<CommandBody>,
}

/// Something that needs attention.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttentionItem)]
pub(crate) struct AttentionItemBody {
    #[schema(value_type = AttentionKindWord, example = "command_failed")]
    kind: &'static str,
    #[schema(value_type = SeverityWord, example = "error")]
    severity: &'static str,
    /// What is wrong.
    message: MessageBody,
    /// What to try.
    hint: Option<MessageBody>,
    /// Since when, if that is known.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-26T10:00:07Z")]
    since: Option<Timestamp>,
    /// The stack it is about.
    #[schema(value_type = Option<uuid::Uuid>, example = "0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10")]
    stack_id: Option<StackId>,
    /// Its name.
    #[schema(example = "shop")]
    stack_name: Option<String>,
    /// The service it is about.
    #[schema(example = json!(null))]
    service: Option<String>,
    /// The command it is about, with what can be done to it.
    command: Option<Box<CommandBody>>,
}

impl From<AttendedItem> for AttentionItemBody {
    fn from(AttendedItem { item, command }: AttendedItem) -> Self {
        let (stack_id, stack_name) = item.stack.map(|(id, name)| (id, name.to_string())).unzip();
        Self {
            kind: item.kind.as_str(),
            severity: item.severity.as_str(),
            message: item.message.into(),
            hint: item.hint.map(MessageBody::from),
            since: item.since,
            stack_id,
            stack_name,
            service: item.service,
            command: command.map(|command| Box::new(command.into())),
        }
    }
}

impl From<StackCounts> for StackCountsBody {
    fn from(counts: StackCounts) -> Self {
        Self {
            total: counts.total,
            not_applied: counts.with(StackState::NotApplied),
            running: counts.with(StackState::Running),
            partial: counts.with(StackState::Partial),
            asleep: counts.with(StackState::Asleep),
            stopped: counts.with(StackState::Stopped),
            completed: counts.with(StackState::Completed),
            degraded: counts.with(StackState::Degraded),
            unknown: counts.with(StackState::Unknown),
            drifted: counts.drifted,
        }
    }
}

impl From<ShownOverview> for OverviewBody {
    fn from(shown: ShownOverview) -> Self {
        let disks = shown.host.iter().flat_map(|host| &host.disks).map(DiskBody::from).collect();
        Self {
            taken_at: shown.taken_at,
            attention: shown.attention.into_iter().map(AttentionItemBody::from).collect(),
            attention_left_out: shown.attention_left_out,
            lint_left_out: shown.lint_left_out,
            stacks: shown.stacks.into(),
            queue: OverviewQueue {
                pending: shown.pending,
                blocked: shown.is_blocked,
                running: shown.running.into_iter().map(CommandBody::from).collect(),
            },
            host: shown.host.as_ref().map(HostFiguresBody::from),
            disks,
        }
    }
}
