//! Changing the settings of a stack.

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::{IfMatch, SaveError};
use core_monitor_domain::stack::{SettingsChange, Stack};

use super::Server;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeStackError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The store refused it.
    #[error(transparent)]
    Save(#[from] SaveError),
}

impl Server {
    /// Changes the settings of a stack at once, and records it in the audit. Commands that were accepted before keep what they
    /// say.
    pub async fn change_stack(
        &self,
        actor: &Actor,
        id: StackId,
        change: SettingsChange,
        if_match: IfMatch,
    ) -> Result<Stack, ChangeStackError> {
        let ports = self.permit(actor, Action::ChangeStack, &Resource::Stack(id)).await?;
        Ok(ports.stacks.configure(id, change, if_match, actor, ports.clock.now()).await?)
    }
}
