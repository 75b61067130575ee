//! Saving a new version of a template.

use core_monitor_domain::access::Resource;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::VersionNumber;
use core_monitor_domain::names::TemplateName;
use core_monitor_domain::ports::TemplateError;

use super::super::Server;
use super::saving::checked;
use super::{SaveTemplateError, SavedTemplateVersion, TemplateDefinition};

/// Maximum number of characters of a wrong name repeated in the error.
const LONGEST_SHOWN: usize = 100;

/// The request.
#[derive(Debug, Clone)]
pub struct SaveTemplateVersion {
    /// The template.
    pub template: TemplateName,
    /// Its name, if the request repeats it.
    pub name: Option<String>,
    /// The version that the caller expects to be the newest.
    pub expected: Option<VersionNumber>,
    /// The version.
    pub definition: TemplateDefinition,
}

impl Server {
    /// Saves the next version, if an instance could be made from it. Its instances stay as they are.
    pub async fn save_template_version(
        &self,
        actor: &Actor,
        request: SaveTemplateVersion,
    ) -> Result<SavedTemplateVersion, SaveTemplateError> {
        let resource = Resource::Template(request.template.clone());
        let ports = self.permit(actor, request.definition.form.save_template_version(), &resource).await?;
        let SaveTemplateVersion { template, name, expected, definition } = request;
        let current = ports.templates.find(&template).await?.ok_or(TemplateError::NotFound)?.latest_version;
        if expected.is_some_and(|expected| expected != current) {
            return Err(TemplateError::PreconditionFailed { current }.into());
        }
        if let Some(wanted) = name.filter(|wanted| wanted != template.as_str()) {
            let wanted = wanted.escape_debug().take(LONGEST_SHOWN).collect();
            return Err(SaveTemplateError::Renamed { is: template, wanted });
        }
        let (version, lint) = checked(ports, actor, &template, definition).await?;
        let saved = ports.templates.add_version(&template, expected, version).await?;
        Ok(SavedTemplateVersion { saved, lint })
    }
}
