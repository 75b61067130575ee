//! What can be written in a compose file.

use core_monitor_compose::{Attribute, attributes};
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;

use super::Server;

impl Server {
    /// Every attribute of the Compose format, in the order of its table. The same for as long as the program runs.
    pub async fn show_compose_schema(&self, actor: &Actor) -> Result<&'static [Attribute], Forbidden> {
        self.permit(actor, Action::ShowComposeSchema, &Resource::Installation).await?;
        Ok(attributes())
    }
}
