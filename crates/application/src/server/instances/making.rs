//! From a version of a template, a key and values to a version of a stack.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_domain::access::Target;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::Artifacts;
use core_monitor_domain::command::{ApplyOptions, OnFailure};
use core_monitor_domain::ids::{CommandId, StackId, VersionNumber};
use core_monitor_domain::names::{InstanceKey, StackName};
use core_monitor_domain::ports::{NewApply, NewVersion};
use core_monitor_domain::stack::Stack;
use core_monitor_domain::stack_version::StackVersion;
use core_monitor_domain::template::{Filled, Instance, ParameterName, Template, ValueProblem, Wish};
use serde_json::Value;

use super::super::secret_variables::resolve;
use super::super::templates::{Rendering, free_ports, values_refused};
use super::super::{Definition, ServerPorts};
use super::{InstanceError, version_of};

/// What an instance is going to be.
pub(super) struct Making<'a> {
    /// The template.
    pub(super) template: &'a Template,
    /// The version of it.
    pub(super) version: VersionNumber,
    /// The key.
    pub(super) key: &'a InstanceKey,
    /// The values that are given.
    pub(super) given: &'a BTreeMap<String, Value>,
    /// Nobody gives them now, they are those that it has: what its template has no parameter for any more is left out, and kept for a version that has.
    pub(super) are_kept: bool,
    /// The ports that it has already.
    pub(super) has: &'a BTreeMap<ParameterName, u16>,
    /// Ports that it does not get, although they look free.
    pub(super) avoid: &'a BTreeSet<u16>,
}

/// The stack that it is going to be.
pub(super) enum Of<'a> {
    /// A new one.
    New(StackId, &'a StackName),
    /// The next version of this one, after this version.
    Next(&'a Stack, &'a StackVersion),
}

/// What was made.
pub(super) struct Made {
    pub(super) version: NewVersion,
    pub(super) ports: BTreeMap<ParameterName, u16>,
    pub(super) values: BTreeMap<ParameterName, Value>,
}

impl Making<'_> {
    /// Chooses its ports, fills in the template and checks the definition that this makes. Nothing is stored.
    pub(super) async fn version(
        &self,
        ports: &ServerPorts,
        actor: &Actor,
        comment: String,
        of: Of<'_>,
    ) -> Result<Made, InstanceError> {
        let source = ports.templates.source(self.template.id, self.version).await?;
        let source = source.ok_or(InstanceError::VersionNotFound(self.version))?;
        let rendering = Rendering::read(source, ports.definition_limits)?;
        if let Some(refusal) = rendering.declaration.key.refusal(self.key) {
            return Err(InstanceError::KeyRefused(refusal));
        }
        let refused = |problems| values_refused(&rendering, problems, ports.definition_limits);
        let (stack, name, parent) = match of {
            Of::New(id, name) => (id, name, None),
            Of::Next(stack, version) => (stack.id, &stack.name, Some(version)),
        };
        let mut given = self.given.clone();
        let is_declared =
            |name: &str| rendering.declaration.parameters.iter().any(|one| one.name.as_str() == name);
        let is_left = |name: &String, _: &mut Value| self.are_kept && !is_declared(name);
        let left: BTreeMap<_, _> = given.extract_if(.., is_left).collect();
        let chosen = free_ports(ports, &rendering.declaration, &given, self.has, self.avoid).await?;
        let chosen = chosen.map_err(refused)?;
        let filled = self.filled(ports, &rendering, (&given, &chosen), parent).await.map_err(refused)?;
        let mut source = rendering.filled(&filled);
        let secrets = resolve(ports, stack, parent, &mut source).await?;
        let folder = ports.stack_folder(stack);
        let target = match of {
            Of::New(_, name) => Target::named(name.as_str()),
            Of::Next(stack, _) => Target::from(stack),
        };
        let rules = ports.definition_rules(actor, target).await;
        let definition = Definition::read_blocking(&source, name, &folder, rules).await?;
        // Nobody saves an instance just to keep it: what cannot be applied is refused at once.
        definition.allowed()?;
        let version = NewVersion {
            command_id: CommandId(ports.ids.next_uuid()),
            author: actor.clone(),
            comment,
            source,
            secrets,
            based_on: parent.map(|version| version.version),
            model: definition.model,
            warnings: definition.warnings,
            artifacts: Artifacts::new(),
            idempotency: None,
            now: ports.clock.now(),
        };
        // They are used again with a version that has a parameter for them, such as the former one.
        let left = left.into_iter().filter_map(|(name, value)| Some((name.parse().ok()?, value)));
        Ok(Made { version, ports: chosen, values: filled.values.into_iter().chain(left).collect() })
    }

    /// Its variables, if everything of the host that it mounts is there.
    async fn filled(
        &self,
        ports: &ServerPorts,
        rendering: &Rendering,
        (given, chosen): (&BTreeMap<String, Value>, &BTreeMap<ParameterName, u16>),
        parent: Option<&StackVersion>,
    ) -> Result<Filled, Vec<ValueProblem>> {
        let has: BTreeSet<_> =
            parent.map(|version| version.secrets.keys().cloned().collect()).unwrap_or_default();
        let wish = Wish {
            template: &self.template.name,
            key: self.key,
            given,
            ports: chosen,
            has: &has,
            roots: &ports.mount_roots,
        };
        let filled = rendering.declaration.fill(wish)?;
        let mut problems = Vec::new();
        for mount in &filled.mounts {
            if let Some(message) = ports.host_mounts.refusal(mount).await {
                problems.push(ValueProblem { parameter: mount.parameter.to_string(), message, hint: None });
            }
        }
        if problems.is_empty() { Ok(filled) } else { Err(problems) }
    }
}

/// The values that an instance was given, as a request gives them.
pub(super) fn given_before(instance: &Instance) -> BTreeMap<String, Value> {
    instance.values.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
}

/// The `APPLY` of a version of an instance. There are many of them, launched by programs: no failure of one may stop the queue.
pub(super) fn apply(ports: &ServerPorts, on_failure: OnFailure) -> NewApply {
    NewApply {
        command_id: CommandId(ports.ids.next_uuid()),
        options: ApplyOptions { on_failure, ..ApplyOptions::default() },
        leaves_on_failure: false,
    }
}

/// Whether there is a version to go back to when the next one fails.
pub(super) fn after(stack: &Stack) -> OnFailure {
    if stack.current_version.is_some() { OnFailure::Rollback } else { OnFailure::Continue }
}

/// The version that a request names, or the newest one.
pub(super) async fn chosen_version(
    ports: &ServerPorts,
    template: &Template,
    wanted: Option<VersionNumber>,
) -> Result<VersionNumber, InstanceError> {
    match wanted {
        Some(wanted) => Ok(version_of(ports, template, wanted).await?.version),
        None => Ok(template.latest_version),
    }
}
