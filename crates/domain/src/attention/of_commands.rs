//! Commands that wait for a person, and those that seem to wait for nothing.

use core_monitor_compose::Severity;

use super::{AttentionFacts, AttentionItem, AttentionKind, FailedFacts, RunningFacts, SILENT_TOO_LONG, said};
use crate::command::{Command, FailureScope};
use crate::names::StackName;

pub(super) fn items(facts: &AttentionFacts<'_>) -> Vec<AttentionItem> {
    let failed = facts.failed.iter().map(|failed| item_of_failed(failed, facts.failure_scope));
    let stuck = facts.running.iter().filter_map(|running| stuck(running, facts));
    failed.chain(stuck).collect()
}

fn item_of_failed(failed: &FailedFacts<'_>, scope: FailureScope) -> AttentionItem {
    let command = failed.command;
    let kind = command.payload.kind();
    let message = match &command.failure {
        Some(failure) => said::command_failed(kind, failure.message.clone()),
        None => said::command_failed_silently(kind),
    };
    // A failed power change holds up nothing.
    let (severity, hint) = match scope {
        _ if kind.is_power_change() => (Severity::Warning, said::holds_nothing()),
        FailureScope::Everything => (Severity::Error, said::holds_everything()),
        FailureScope::Related => (Severity::Error, said::holds_related()),
    };
    let item = AttentionItem::new(AttentionKind::CommandFailed, severity, message);
    let item = AttentionItem { hint: Some(hint), since: command.finished_at, ..item };
    about(item, command, failed.stack)
}

/// Without a worker nothing runs, and that is said once.
fn stuck(running: &RunningFacts<'_>, facts: &AttentionFacts<'_>) -> Option<AttentionItem> {
    let command = running.command;
    let heard_at = running.heard_at.or(command.started_at)?;
    let silent = facts.now.since(heard_at);
    let waits = running.deadline.is_some_and(|deadline| facts.now < deadline);
    if !facts.worker_answers || waits || silent < SILENT_TOO_LONG {
        return None;
    }
    let message = said::command_stuck(command.payload.kind(), silent.as_secs() / 60);
    let item = AttentionItem::new(AttentionKind::CommandStuck, Severity::Warning, message);
    let item = AttentionItem { hint: Some(said::look_or_cancel()), since: Some(heard_at), ..item };
    Some(about(item, command, running.stack))
}

fn about(item: AttentionItem, command: &Command, stack: Option<&StackName>) -> AttentionItem {
    let stack = stack.map(|name| (command.stack_id, name.clone()));
    AttentionItem { stack, command: Some(command.id), ..item }
}
