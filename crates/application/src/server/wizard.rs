//! Choices become a definition.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_catalog::{Catalog, Choices, Generate, Problem, Rendered, Variable, edit, print, render};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::names::{NameError, StackName};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::secret_variable::{Alphabet, Recipe, SecretChange, SecretName, SecretValue};
use core_monitor_domain::stack_version::{Source, SourceFile};

use self::base::{Base, base};
use super::known_catalog::known_catalog;
use super::{ServerPorts, run_blocking, said};

mod base;
pub(super) mod checked;
pub(super) mod host_ports;

pub(super) use base::file_of;
pub use host_ports::WizardPort;

/// The file that the wizard writes.
const FILE: &str = "compose.yaml";

/// The name of a stack whose name is not right yet.
const NAMELESS: &str = "stack";

/// What a person chose.
#[derive(Debug, Clone, Default)]
pub struct Wizard {
    /// The name of the stack; with a base, that of its stack.
    pub name: String,
    /// The version to edit.
    pub base: Option<(StackId, VersionNumber)>,
    /// The components.
    pub choices: Choices,
    /// Paths of the compose file where a choice wins over a change by hand.
    pub overwrite: BTreeSet<String>,
}

/// What choices become, before it is checked as a definition.
pub(super) struct Made {
    pub(super) name: StackName,
    pub(super) base: Option<Base>,
    pub(super) rendered: Rendered,
    pub(super) problems: Vec<Problem>,
    /// The compose file.
    pub(super) text: String,
    /// The definition with it, and what happens to secret variables.
    pub(super) source: Source,
}

/// Why nothing is made of the choices.
#[derive(Debug, thiserror::Error)]
pub enum NoWizard {
    /// The base is no version of a stack.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no version {0}")]
    VersionNotFound(VersionNumber),
    /// No name can be used: that of a stack without one is right, as a test says.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a definition of the choices. Whatever they are, something is made.
pub(super) async fn make(ports: &ServerPorts, wizard: &Wizard) -> Result<Made, NoWizard> {
    let known = known_catalog(ports).await;
    let base = match wizard.base {
        Some((stack, version)) => Some(base(ports, stack, version).await?),
        None => None,
    };
    let (name, mut problems) = name(wizard, base.as_ref())?;
    let (choices, overwrite) = (wizard.choices.clone(), wizard.overwrite.clone());
    let stack = name.to_string();
    let kept: BTreeSet<String> = base.iter().flat_map(Base::secrets).map(ToString::to_string).collect();
    let before = base.as_ref().map(|base| base.text.clone());
    let (text, rendered) =
        run_blocking(move || written(&known.catalog, &stack, before, &choices, &overwrite, &kept)).await;
    problems.extend(rendered.problems.iter().cloned());
    let mut source = base.as_ref().map(|base| base.source.clone()).unwrap_or_default();
    let path = base.as_ref().map_or(FILE, |base| base.path.as_str()).to_owned();
    if base.is_none() {
        source.compose_files.push(path.clone());
    }
    source.files.insert(path, SourceFile::from(text.as_str()));
    source.secret_changes = changes(&rendered.variables, base.as_ref(), &mut problems);
    Ok(Made { name, base, rendered, problems, text, source })
}

/// The text, and what it was made of.
fn written(
    catalog: &Catalog,
    stack: &str,
    before: Option<String>,
    choices: &Choices,
    overwrite: &BTreeSet<String>,
    kept: &BTreeSet<String>,
) -> (String, Rendered) {
    let is_kept = |name: &str| kept.contains(name);
    if let Some(before) = before {
        let edited = edit(catalog, stack, &before, choices, overwrite, &is_kept);
        (edited.text, edited.rendered)
    } else {
        let rendered = render(catalog, stack, choices, &is_kept);
        (print(&rendered), rendered)
    }
}

/// The name, and what is wrong with it.
fn name(wizard: &Wizard, base: Option<&Base>) -> Result<(StackName, Vec<Problem>), NameError> {
    let problem = |message| vec![Problem { pointer: "/name".to_owned(), message, hint: None }];
    Ok(match (base, wizard.name.parse::<StackName>()) {
        (Some(base), Ok(name)) if name == base.stack.name => (name, Vec::new()),
        (Some(base), _) => {
            (base.stack.name.clone(), problem(said::wizard_stack_has_another_name(&base.stack.name)))
        }
        (None, Ok(name)) => (name, Vec::new()),
        (None, Err(error)) => (NAMELESS.parse()?, problem(error.message())),
    })
}

/// What a version with these variables does to secrets. One that the base has keeps its value: the data of a database that
/// was removed and comes back was written with it.
fn changes(
    variables: &[Variable],
    base: Option<&Base>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<SecretName, SecretChange> {
    let mut changes = BTreeMap::new();
    for variable in variables {
        let Ok(name) = variable.name.parse::<SecretName>() else { continue };
        let is_kept = base.is_some_and(|base| base.secrets().any(|known| *known == name));
        let change = match (&variable.given, variable.generate) {
            (Some(given), _) => match SecretValue::new(given.as_str()) {
                Ok(value) => SecretChange::Set(value),
                Err(error) => {
                    let message = said::wizard_secret_refused(&name, error);
                    problems.push(Problem { pointer: "/components".to_owned(), message, hint: None });
                    continue;
                }
            },
            (None, _) if is_kept => SecretChange::Keep,
            (None, generate) => SecretChange::Generate(recipe(generate)),
        };
        changes.insert(name, change);
    }
    changes
}

fn recipe(generate: Option<Generate>) -> Recipe {
    use core_monitor_catalog::Alphabet as Of;
    let Some(Generate { length, alphabet }) = generate else { return Recipe::default() };
    let alphabet = match alphabet {
        Of::Alphanumeric => Alphabet::Alphanumeric,
        Of::LowerAlphanumeric => Alphabet::LowerAlphanumeric,
        Of::UrlSafe => Alphabet::UrlSafe,
        Of::Hex => Alphabet::Hex,
        Of::Digits => Alphabet::Digits,
    };
    // The entry was checked against the same lengths.
    Recipe::new(length, alphabet).unwrap_or_default()
}

#[cfg(test)]
mod tests;
