//! Making templates of those of Portainer. Nothing is saved: what comes out is looked at, and saved like any other template.

use core_monitor_catalog::{ConvertedTemplate, convert_templates};
use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::names::{NameError, TemplateName};
use core_monitor_domain::stack_version::Source;
use core_monitor_message::Message;
use serde_json::Value;

use super::super::blocking::run_blocking;
use super::super::{RefusedDefinition, Server, ServerPorts, said};
use super::Rendering;

/// The request.
#[derive(Debug, Clone)]
pub struct ConvertTemplates {
    /// The file of templates.
    pub file: Value,
    /// The titles of the templates to convert; all of them if `None`.
    pub titles: Option<Vec<String>>,
}

/// Why nothing is converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertTemplatesError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The file has no list of templates.
    #[error("the file has no templates")]
    NoTemplates,
    /// No template of the file has this title.
    #[error("the file has no template with the title `{0}`")]
    NoSuchTitle(String),
}

impl Server {
    /// What the templates of a file become. Each is read as if to save it, so that what is wrong with it is known.
    pub async fn convert_templates(
        &self,
        actor: &Actor,
        request: ConvertTemplates,
    ) -> Result<Vec<ConvertedTemplate>, ConvertTemplatesError> {
        let ports = self.permit(actor, Action::ConvertTemplates, &Resource::Installation).await?;
        let ConvertTemplates { file, titles } = request;
        let chosen = titles.clone();
        let is_wanted = move |title: &str| {
            chosen.as_ref().is_none_or(|chosen| chosen.iter().any(|one| one.trim() == title))
        };
        let converted = run_blocking(move || convert_templates(&file, is_wanted)).await;
        let mut converted = converted.ok_or(ConvertTemplatesError::NoTemplates)?;
        let is_unknown = |title: &String| !converted.iter().any(|one| one.title == title.trim());
        if let Some(unknown) = titles.unwrap_or_default().into_iter().find(is_unknown) {
            return Err(ConvertTemplatesError::NoSuchTitle(unknown));
        }
        for one in &mut converted {
            if let Err(why) = read(ports, one).await {
                one.problem = Some(said::converted_template_unreadable(why));
            }
        }
        Ok(converted)
    }
}

/// Reads a template as it is read when it is saved.
async fn read(ports: &ServerPorts, template: &ConvertedTemplate) -> Result<(), Message> {
    let Some(text) = &template.compose else { return Ok(()) };
    let name = template.name.parse::<TemplateName>().map_err(|error: NameError| error.message())?;
    let source = Source::single("compose.yaml", text.as_str());
    let rendering = Rendering::read(source, ports.definition_limits).map_err(first)?;
    rendering.check(ports, &name).await.map(drop).map_err(first)
}

fn first(refused: RefusedDefinition) -> Message {
    let mut issues = refused.issues.into_iter();
    issues.next().map_or_else(said::no_template_declared, |issue| issue.message)
}
