//! Listing the templates.

use core_monitor_domain::access::{Action, Resource, Target};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::{ListedTemplate, Page};

use super::super::Server;
use super::TemplateQueryError;

impl Server {
    /// A page of the templates after the name `after`, by name: of those that the actor may see.
    pub async fn list_templates(
        &self,
        actor: &Actor,
        mut after: Option<TemplateName>,
        limit: u32,
    ) -> Result<Page<ListedTemplate>, TemplateQueryError> {
        let ports = self.permit(actor, Action::ListTemplates, &Resource::Installation).await?;
        let visible = self.visible_to(actor).await?;
        let (most, mut items) = (usize::try_from(limit).unwrap_or(usize::MAX), Vec::new());
        loop {
            let page = ports.templates.list(after, limit).await?;
            after = page.items.last().map(|last| last.template.name.clone());
            let seen =
                |listed: &ListedTemplate| visible.contains(Target::named(&listed.template.name.grant_name()));
            items.extend(page.items.into_iter().filter(seen));
            if items.len() > most || !page.more {
                let more = page.more || items.len() > most;
                items.truncate(most);
                return Ok(Page { items, more });
            }
        }
    }
}
