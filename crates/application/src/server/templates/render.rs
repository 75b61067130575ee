//! Showing what a template becomes with values, without launching anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use core_monitor_domain::access::{Action, Forbidden, Resource, Target};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{InstanceKey, NameError, StackName, TemplateName};
use core_monitor_domain::on_demand::HostPattern;
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::secret_variable::SecretName;
use core_monitor_domain::template::{Filled, Instance, ParameterName, ValueProblem, Wish};
use core_monitor_message::Message;
use serde_json::Value;

use super::super::blocking::run_blocking;
use super::super::definition::masked_model;
use super::super::on_demand::KnownOnDemand;
use super::super::secret_variables::{NoSecrets, resolve_for_reading};
use super::super::{Definition, RefusedDefinition, Server, ServerPorts, rivals};
use super::query_error::template_of;
use super::{Rendering, TemplateQueryError, free_ports, values_refused};

/// The request.
#[derive(Clone)]
pub struct RenderTemplate {
    /// The template.
    pub template: TemplateName,
    /// The version; the newest if `None`.
    pub version: Option<VersionNumber>,
    /// The key of an instance.
    pub key: String,
    /// Values for the parameters, by name.
    pub values: BTreeMap<String, Value>,
}

/// Values may be secrets and must not be logged.
impl fmt::Debug for RenderTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RenderTemplate");
        shown.field("template", &self.template).field("version", &self.version).field("key", &self.key);
        shown.field("values", &self.values.keys().collect::<Vec<_>>()).finish()
    }
}

/// The stack that an instance would be.
#[derive(Debug, Clone)]
pub struct RenderedTemplate {
    /// The version of the template that it is made from.
    pub version: VersionNumber,
    /// The name of the stack.
    pub stack: StackName,
    /// Its plain variables.
    pub variables: BTreeMap<String, String>,
    /// The names of its secret variables.
    pub secrets: BTreeSet<SecretName>,
    /// The hosts that requests for it name.
    pub hosts: Vec<HostPattern>,
    /// The ports of the host that it would get now, by parameter.
    pub ports: BTreeMap<ParameterName, u16>,
    /// Where it is reached.
    pub url: Option<String>,
    /// What it means; its model shows `${NAME}` in place of the values of secret variables.
    pub definition: Definition,
}

/// Why a template is not rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderTemplateError {
    /// There is no such template or version, or nothing of it can be read.
    #[error(transparent)]
    Query(#[from] TemplateQueryError),
    /// The key, or the name of the stack that it makes, is not a valid name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The template does not take this key.
    #[error("{0}")]
    Key(Message),
    /// The values or what becomes of them have errors.
    #[error(transparent)]
    Definition(#[from] RefusedDefinition),
}

impl From<Forbidden> for RenderTemplateError {
    fn from(error: Forbidden) -> Self {
        Self::Query(error.into())
    }
}

impl From<StoreError> for RenderTemplateError {
    fn from(error: StoreError) -> Self {
        Self::Query(error.into())
    }
}

impl From<NoSecrets> for RenderTemplateError {
    fn from(error: NoSecrets) -> Self {
        match error {
            NoSecrets::Refused(refused) => refused.into(),
            NoSecrets::Store(error) => error.into(),
        }
    }
}

impl Server {
    /// Fills in a template as if to launch an instance, and saves nothing.
    pub async fn render_template(
        &self,
        actor: &Actor,
        request: RenderTemplate,
    ) -> Result<RenderedTemplate, RenderTemplateError> {
        let resource = Resource::Template(request.template.clone());
        let ports = self.permit(actor, Action::RenderTemplate, &resource).await?;
        let template = template_of(ports, &request.template).await?;
        let version = request.version.unwrap_or(template.latest_version);
        let source = ports.templates.source(template.id, version).await?;
        let source = source.ok_or(TemplateQueryError::VersionNotFound(version))?;
        let rendering = Rendering::read(source, ports.definition_limits)?;
        let key: InstanceKey = request.key.parse()?;
        let stack = Instance::stack_name(&template.name, &key)?;
        let (filled, chosen) = fill(ports, &rendering, &template.name, &key, &request.values).await?;
        let definition = read((ports, self.known_on_demand()), actor, &rendering, &filled, &stack).await?;
        let Filled { variables, secrets, hosts, url, .. } = filled;
        let secrets = secrets.into_keys().collect();
        Ok(RenderedTemplate { version, stack, variables, secrets, hosts, ports: chosen, url, definition })
    }
}

/// The variables and ports of an instance with this key and these values.
async fn fill(
    ports: &ServerPorts,
    rendering: &Rendering,
    template: &TemplateName,
    key: &InstanceKey,
    given: &BTreeMap<String, Value>,
) -> Result<(Filled, BTreeMap<ParameterName, u16>), RenderTemplateError> {
    let refused = |problems: Vec<ValueProblem>| values_refused(rendering, problems, ports.definition_limits);
    let declaration = &rendering.declaration;
    if let Some(message) = declaration.key.refusal(key) {
        return Err(RenderTemplateError::Key(message));
    }
    let chosen = free_ports(ports, declaration, given, &BTreeMap::new(), &BTreeSet::new()).await?;
    let chosen = chosen.map_err(&refused)?;
    let has = BTreeSet::new();
    let wish = Wish { template, key, given, ports: &chosen, has: &has, roots: &ports.mount_roots };
    let filled = declaration.fill(wish).map_err(&refused)?;
    let mut problems = Vec::new();
    for mount in &filled.mounts {
        if let Some(message) = ports.host_mounts.refusal(mount).await {
            problems.push(ValueProblem { parameter: mount.parameter.to_string(), message, hint: None });
        }
    }
    if problems.is_empty() { Ok((filled, chosen)) } else { Err(refused(problems).into()) }
}

/// What the stack of the instance means.
async fn read(
    (ports, on_demand): (&ServerPorts, &KnownOnDemand),
    actor: &Actor,
    rendering: &Rendering,
    filled: &Filled,
    name: &StackName,
) -> Result<Definition, RenderTemplateError> {
    let id = StackId(ports.ids.next_uuid());
    let folder = ports.stack_folder(id);
    let mut source = rendering.filled(filled);
    resolve_for_reading(ports, id, &mut source).await?;
    let rules = ports.definition_rules(actor, Target::named(name.as_str())).await;
    let mut definition = Definition::read_blocking(&source, name, &folder, rules).await?;
    let rivals = rivals::warnings(ports, on_demand, name, &definition).await?;
    definition.warnings.extend(rivals);
    if source.secrets.is_empty() {
        return Ok(definition);
    }
    Ok(run_blocking(move || Definition { model: masked_model(&definition.model), ..definition }).await)
}
