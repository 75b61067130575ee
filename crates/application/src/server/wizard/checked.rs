//! What a definition made of choices means.

use core_monitor_catalog::{Problem, Wrote, origin};
use core_monitor_compose::{Finding, Project};
use core_monitor_domain::access::Target;
use core_monitor_domain::actor::Actor;
use core_monitor_domain::ids::StackId;
use core_monitor_domain::ports::StoreError;

use super::Made;
use crate::server::secret_variables::{NoSecrets, resolve_for_reading};
use crate::server::{Definition, Issue, RefusedDefinition, ServerPorts};

/// A checked definition.
pub(in crate::server) struct Checked {
    pub(in crate::server) findings: Vec<Finding>,
    /// `None` if the definition has errors, which are problems then.
    pub(in crate::server) model: Option<Project>,
    pub(in crate::server) problems: Vec<Problem>,
    pub(in crate::server) origin: Vec<Wrote>,
}

/// Reads the definition as if `actor` saved it.
pub(in crate::server) async fn check(
    ports: &ServerPorts,
    actor: &Actor,
    made: &Made,
) -> Result<Checked, StoreError> {
    let id = made.base.as_ref().map_or_else(|| StackId(ports.ids.next_uuid()), |base| base.stack.id);
    let folder = ports.stack_folder(id);
    let origin = origin(&made.rendered, &made.text);
    let mut source = made.source.clone();
    // What the base has is there without being mentioned.
    for name in made.base.iter().flat_map(super::Base::secrets) {
        let keep = core_monitor_domain::secret_variable::SecretChange::Keep;
        source.secret_changes.entry(name.clone()).or_insert(keep);
    }
    let read = match resolve_for_reading(ports, id, &mut source).await {
        Ok(()) => {
            let target = match &made.base {
                Some(base) => Target::from(&base.stack),
                None => Target::named(made.name.as_str()),
            };
            let rules = ports.definition_rules(actor, target).await;
            Definition::read_blocking(&source, &made.name, &folder, rules).await
        }
        Err(NoSecrets::Refused(refused)) => Err(refused),
        Err(NoSecrets::Store(error)) => return Err(error),
    };
    Ok(match read {
        Ok(definition) => Checked {
            findings: definition.lint.findings,
            model: Some(definition.model),
            problems: Vec::new(),
            origin,
        },
        Err(RefusedDefinition { issues, .. }) => {
            let problems = issues.into_iter().map(|issue| problem(issue, made, &origin)).collect();
            Checked { findings: Vec::new(), model: None, problems, origin }
        }
    })
}

/// An error of the definition as a problem of the component that wrote the line.
fn problem(issue: Issue, made: &Made, origin: &[Wrote]) -> Problem {
    let path = made.base.as_ref().map_or(super::FILE, |base| base.path.as_str());
    let line = issue.span.filter(|span| span.file == path).map(|span| span.line);
    let writer =
        line.and_then(|line| origin.iter().find(|wrote| (wrote.since..=wrote.until).contains(&line)));
    let pointer = writer.map(|wrote| format!("/components/{}", wrote.component)).unwrap_or_default();
    Problem { pointer, message: issue.message, hint: issue.hint }
}
