//! Whether whoever requested a command may still do that: a role or a token may have been taken back while it waited.

use core_monitor_domain::access::{Action, Decision, Resource, ResourceKind, decide};
use core_monitor_domain::command::{Command, Failure, FailureCode};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;
use tracing::warn;

use super::said;
use crate::grants::Granted;

/// Why the command is not carried out, if its requester has lost the right to it. What Core Monitor does by itself needs none.
pub(crate) async fn lost(
    granted: Granted<'_>,
    command: &Command,
    stack: &Stack,
) -> Result<Option<Failure>, StoreError> {
    let actor = &command.principal;
    if actor.principal().is_none() {
        return Ok(None);
    }
    let action = Action::of(&command.payload);
    let resource = match action.resource() {
        ResourceKind::Stack => Resource::Stack(command.stack_id),
        _ => Resource::Installation,
    };
    let grants = granted.to(actor).await?;
    let Decision::Refused { why } = decide(actor, &grants, action, &resource, Some(stack.into())) else {
        return Ok(None);
    };
    warn!(seq = command.seq.0, %actor, %action, reason = %why, "the right to a command was taken back while it waited");
    let message = said::right_was_taken_back(actor.label(), action);
    Ok(Some(Failure::new(FailureCode::NotPermitted, message).with_hint(said::send_with_the_right())))
}
