//! Makes a compose file out of choices.

use core_monitor_compose::document::Item;

use crate::catalog::Catalog;
use crate::choice::Choices;
use crate::connect::{Connection, connect};
use crate::entry::Generate;
use crate::mark;
use crate::part::{Part, Resolver, secret_variable};
use crate::problem::Problem;
use crate::read::SECTIONS;
use crate::said;

/// What choices become.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// What each section has, in the order of the choices.
    pub(crate) objects: Vec<Object>,
    /// The variables the file needs.
    pub variables: Vec<Variable>,
    /// What is wrong with the choices. The file has what can be made all the same.
    pub problems: Vec<Problem>,
    /// The record of the choices for the file.
    pub(crate) mark: Item,
    /// The name of the stack.
    pub(crate) name: String,
}

/// An object of the compose file: a service, network, volume, config or secret.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Object {
    pub(crate) section: &'static str,
    pub(crate) name: String,
    pub(crate) value: Item,
    /// Which of the chosen components wrote it.
    pub(crate) chosen: usize,
    /// What stands above it.
    pub(crate) comment: Option<String>,
}

/// A secret variable of the file.
#[derive(Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// How it is generated; `None` if the person gives the value.
    pub generate: Option<Generate>,
    /// The value that was given.
    pub given: Option<String>,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Variable");
        shown.field("name", &self.name).field("generate", &self.generate).finish_non_exhaustive()
    }
}

/// Renders the choices of a stack. Whatever they are, something is rendered: what cannot be is left out, and a problem says
/// why. `is_kept` says whether a secret variable has a value already, so that nobody has to give it again.
pub fn render(catalog: &Catalog, stack: &str, choices: &Choices, is_kept: &dyn Fn(&str) -> bool) -> Rendered {
    let mut resolver = Resolver::new(catalog, stack, is_kept);
    resolver.resolve(choices);
    let connections = connect(&mut resolver);
    let Resolver { parts, problems, .. } = resolver;
    let mark = mark::written(catalog, choices);
    let name = stack.to_owned();
    let mut rendered = Rendered { objects: Vec::new(), variables: Vec::new(), problems, mark, name };
    for (part, connections) in parts.iter().zip(&connections) {
        rendered.add(part, connections);
    }
    rendered
}

impl Rendered {
    fn add(&mut self, part: &Part<'_>, connections: &[Connection]) {
        for secret in &part.entry.secrets {
            let Some(name) = part.scope.text_of(&secret.variable) else { continue };
            self.variables.push(Variable { name, generate: Some(secret.generate), given: None });
        }
        for (id, value) in &part.given {
            let name = secret_variable(&part.name, id);
            self.variables.push(Variable { name, generate: None, given: Some(value.clone()) });
        }
        let Some(Item::Map(sections)) = part.scope.fill(&part.entry.body) else { return };
        for (section, objects) in sections {
            let known = SECTIONS.iter().find(|known| **known == section);
            let (Some(section), Item::Map(objects)) = (known, objects) else { continue };
            let mut comment = (*section == "services").then(|| title(part));
            for (name, mut value) in objects {
                if *section == "services" {
                    for connection in connections {
                        connection.apply(&name, &mut value);
                    }
                    // What is wrong with it is in the problems; the file does not repeat it.
                    let sleep = part.sleep.as_ref().filter(|sleep| sleep.problems("").is_empty());
                    if let Some(sleep) = sleep.filter(|_| name == part.name) {
                        sleep.declare(&mut value);
                    }
                }
                self.put(section, name, value, comment.take(), part);
            }
        }
    }

    /// Adds an object. Two components may write the same network, if they write the same.
    fn put(
        &mut self,
        section: &'static str,
        name: String,
        value: Item,
        comment: Option<String>,
        part: &Part<'_>,
    ) {
        match self.objects.iter().find(|object| object.section == section && object.name == name) {
            Some(known) if section != "services" && known.value == value => {}
            Some(known) => {
                let other = known.comment.clone().unwrap_or_else(|| known.name.clone());
                let message = said::wizard_object_taken(section, &name, other.trim_start_matches("# "));
                let problem = Problem::new(format!("{}/as", part.pointer), message);
                self.problems.push(problem.hint(said::wizard_choose_another_name()));
            }
            None => self.objects.push(Object { section, name, value, chosen: part.chosen, comment }),
        }
    }

    /// Whether anything was chosen.
    pub(crate) fn has_choices(&self) -> bool {
        matches!(&self.mark, Item::Map(mark) if mark.iter().any(|(_, value)| matches!(value, Item::List(items) if !items.is_empty())))
    }

    /// The objects of a section.
    pub(crate) fn section(&self, section: &str) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(move |object| object.section == section)
    }
}

/// The line above the first service of a component.
fn title(part: &Part<'_>) -> String {
    match part.version {
        Some(version) => format!("# {} {}", part.entry.name, version.id),
        None => format!("# {}", part.entry.name),
    }
}
