//! Setting the labels of a stack.

use core_monitor_domain::access::{Action, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::IfMatch;
use core_monitor_domain::stack::{Stack, StackLabels};

use super::{ChangeStackError, Server};

impl Server {
    /// Replaces the labels of a stack at once, and records in the audit what changed. Whoever has access by a label that goes loses
    /// it: the next request, the next read of a stream and the next command of theirs is refused.
    pub async fn set_stack_labels(
        &self,
        actor: &Actor,
        id: StackId,
        labels: StackLabels,
        if_match: IfMatch,
    ) -> Result<Stack, ChangeStackError> {
        let ports = self.permit(actor, Action::SetStackLabels, &Resource::Stack(id)).await?;
        Ok(ports.stacks.set_labels(id, labels, if_match, actor, ports.clock.now()).await?)
    }
}
