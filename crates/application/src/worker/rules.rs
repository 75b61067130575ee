//! What a command may give to its stack.

use core_monitor_domain::access::role_for;
use core_monitor_domain::command::{Command, CommandPayload};
use core_monitor_domain::policy::Rules;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack::Stack;

use super::WorkerPorts;

/// What whoever requested the command may give to the stack, as the policy and their grants are now. A policy that cannot be read
/// allows nothing: the command does not begin.
pub(crate) async fn of(ports: &WorkerPorts, command: &Command, stack: &Stack) -> Result<Rules, StoreError> {
    let name = stack.name.as_str();
    // As long as nothing was applied, the newest version is taken for every command, and nobody was allowed to apply that one.
    let chooses = stack.current_version.is_none()
        || matches!(
            command.payload,
            CommandPayload::Apply { .. } | CommandPayload::Rollback { .. } | CommandPayload::Deploy { .. }
        );
    match command.payload {
        CommandPayload::Prune { .. } => Ok(Rules::Everything),
        // It is about a definition that the requester answers for.
        _ if chooses && command.principal.principal().is_some() => {
            let grants = ports.granted().to(&command.principal).await?;
            Ok(ports.policies.current().await?.policy.rules(role_for(&grants, stack.into()), name))
        }
        // Whoever stops or deletes must not be kept from it by a policy.
        CommandPayload::Stop { .. } | CommandPayload::Sleep { .. } | CommandPayload::Delete { .. } => {
            Ok(Rules::Everything)
        }
        _ => own(ports, stack).await,
    }
}

/// What Core Monitor may give to the stack by itself, and whoever starts what somebody else has applied.
pub(crate) async fn own(ports: &WorkerPorts, stack: &Stack) -> Result<Rules, StoreError> {
    Ok(ports.policies.current().await?.policy.own_rules(stack.name.as_str()))
}
