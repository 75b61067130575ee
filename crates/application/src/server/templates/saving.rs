//! What creating a template and saving a version of it have in common.

use core_monitor_compose::LintReport;
use core_monitor_domain::access::Forbidden;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::command::OnFailure;
use core_monitor_domain::names::{NameError, TemplateName};
use core_monitor_domain::ports::{NewTemplateVersion, SavedTemplate, StoreError, TemplateError};
use core_monitor_domain::stack_version::Source;

use super::super::definition::secret_issue;
use super::super::{Definition, Form, RefusedDefinition, ServerPorts, said};
use super::Rendering;

/// The definition of a template, as it was sent.
#[derive(Debug, Clone)]
pub struct TemplateDefinition {
    /// How it was sent.
    pub form: Form,
    /// The definition.
    pub source: Source,
    /// Why.
    pub comment: String,
    /// What the commands of a stack do on failure, which a template does not say.
    pub on_failure: Option<OnFailure>,
}

/// What was saved, with its findings.
#[derive(Debug, Clone)]
pub struct SavedTemplateVersion {
    /// The template and the version.
    pub saved: SavedTemplate,
    /// What to reconsider before it goes into production.
    pub lint: LintReport,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveTemplateError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is not a valid name of a template.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The request names no template.
    #[error("the template has no name")]
    Nameless,
    /// The request has another name than the template.
    #[error("the template is called `{is}`; a new version cannot rename it to `{wanted}`")]
    Renamed {
        /// Its name.
        is: TemplateName,
        /// The name in the request.
        wanted: String,
    },
    /// The request says what commands do on failure.
    #[error("a template has no `on_failure`")]
    OnFailure,
    /// The definition has errors.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
    /// The store refused it.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl From<StoreError> for SaveTemplateError {
    fn from(error: StoreError) -> Self {
        Self::Template(error.into())
    }
}

/// The version to be saved, read and checked.
pub(super) async fn checked(
    ports: &ServerPorts,
    actor: &Actor,
    template: &TemplateName,
    wish: TemplateDefinition,
) -> Result<(NewTemplateVersion, LintReport), SaveTemplateError> {
    let TemplateDefinition { source, comment, on_failure, .. } = wish;
    if on_failure.is_some() {
        return Err(SaveTemplateError::OnFailure);
    }
    without_secrets(&source)?;
    let rendering = Rendering::read(source, ports.definition_limits)?;
    let Definition { warnings, lint, .. } = rendering.check(ports, template).await?;
    let Rendering { source, declaration } = rendering;
    let (author, now) = (actor.clone(), ports.clock.now());
    Ok((NewTemplateVersion { author, comment, source, declaration, warnings, now }, lint))
}

/// Refuses secret variables: each instance has values of its own, so those of a template are parameters.
fn without_secrets(source: &Source) -> Result<(), RefusedDefinition> {
    let issue = |name| secret_issue(said::template_with_secret(name), Some(said::declare_secret(name)), None);
    let issues: Vec<_> = source.secret_changes.keys().map(issue).collect();
    if issues.is_empty() { Ok(()) } else { Err(RefusedDefinition { issues, warnings: Vec::new() }) }
}
