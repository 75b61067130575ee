//! The components that choices stand for, with checked values.

use std::collections::BTreeMap;

use core_monitor_compose::document::Item;
use serde_json::Value as Json;

use crate::catalog::Catalog;
use crate::choice::{Choice, Choices};
use crate::entry::{Entry, Kind, Requirement, Version};
use crate::fill::{Scope, value_of};
use crate::option::{OptionKind, Value, is_image};
use crate::problem::{Problem, pointer_key};
use crate::said;
use crate::sleep::Sleep;

/// A component of a stack.
#[derive(Debug)]
pub(crate) struct Part<'c> {
    pub(crate) entry: &'c Entry,
    pub(crate) name: String,
    pub(crate) version: Option<&'c Version>,
    /// The values of its templates, without those of its connections.
    pub(crate) scope: Scope,
    /// What it is connected to: the name, by requirement.
    pub(crate) connect: BTreeMap<String, String>,
    /// How its main service wakes and sleeps, if it does.
    pub(crate) sleep: Option<Sleep>,
    /// Values that the person gave and only secret variables keep, by option.
    pub(crate) given: BTreeMap<String, String>,
    /// Which of the chosen components it belongs to.
    pub(crate) chosen: usize,
    /// Where it is in the request.
    pub(crate) pointer: String,
}

/// Checks choices one by one, and collects what is wrong.
pub(crate) struct Resolver<'c> {
    catalog: &'c Catalog,
    stack: &'c str,
    /// Whether a secret variable has a value already.
    is_kept: &'c dyn Fn(&str) -> bool,
    pub(crate) parts: Vec<Part<'c>>,
    pub(crate) problems: Vec<Problem>,
}

impl<'c> Resolver<'c> {
    pub(crate) fn new(catalog: &'c Catalog, stack: &'c str, is_kept: &'c dyn Fn(&str) -> bool) -> Self {
        Self { catalog, stack, is_kept, parts: Vec::new(), problems: Vec::new() }
    }

    /// Resolves every choice. Those that name no entry, or have a name that cannot be used, are left out.
    pub(crate) fn resolve(&mut self, choices: &Choices) {
        if choices.components.len() > Choices::MOST {
            self.problems.push(Problem::new("/components", said::wizard_too_many(Choices::MOST)));
        }
        for (index, choice) in choices.components.iter().enumerate().take(Choices::MOST) {
            self.choice(choice, index, format!("/components/{index}"), false);
        }
    }

    fn choice(&mut self, choice: &Choice, chosen: usize, pointer: String, is_inner: bool) {
        let Some(entry) =
            self.catalog.entry(&choice.entry).filter(|entry| !(is_inner && entry.kind == Kind::Application))
        else {
            return self
                .problem(format!("{pointer}/entry"), said::wizard_entry_unknown(shown(&choice.entry)));
        };
        if !is_name(&choice.name) {
            return self.problem(format!("{pointer}/as"), said::wizard_name_invalid(shown(&choice.name)));
        }
        if self.parts.iter().any(|part| part.name == choice.name) {
            let problem = Problem::new(format!("{pointer}/as"), said::wizard_name_taken(&choice.name));
            return self.problems.push(problem.hint(said::wizard_choose_another_name()));
        }
        let version = self.version(entry, choice, &pointer);
        let mut scope = Scope::new(self.stack, &choice.name);
        if let Some(version) = version {
            scope.set("version.id", Value::Text(version.id.clone()));
            let image = self.image(choice, &pointer).unwrap_or_else(|| version.image.clone());
            scope.set("version.image", Value::Text(image));
        } else if choice.image.is_some() {
            self.problem(format!("{pointer}/image"), said::wizard_image_unused());
        }
        for secret in &entry.secrets {
            if let Some(name) = scope.text_of(&secret.variable) {
                scope.set(format!("secrets.{}", secret.id), Value::Source(name));
            }
        }
        let given = self.options(entry, choice, &mut scope, &pointer);
        if entry.kind == Kind::Application {
            if choice.sleep.is_some() {
                self.problem(format!("{pointer}/sleep"), said::wizard_sleep_unused());
            }
            return self.application(entry, &scope, chosen, &pointer);
        }
        let name = choice.name.clone();
        let connect = choice.connect.clone();
        let sleep = choice.sleep.clone();
        if let Some(sleep) = &sleep {
            self.problems.extend(sleep.problems(&format!("{pointer}/sleep")));
        }
        self.parts.push(Part { entry, name, version, scope, connect, sleep, given, chosen, pointer });
    }

    fn version(&mut self, entry: &'c Entry, choice: &Choice, pointer: &str) -> Option<&'c Version> {
        let usual = entry.versions.first();
        let Some(wanted) = &choice.version else { return usual };
        let found = entry.versions.iter().find(|version| version.id == *wanted);
        if found.is_none() {
            let known: Vec<&str> = entry.versions.iter().map(|version| version.id.as_str()).collect();
            let message = said::wizard_version_unknown(shown(wanted), crate::fields::listed(&known));
            self.problem(format!("{pointer}/version"), message);
        }
        found.or(usual)
    }

    /// The image that was chosen in place of that of the version.
    fn image(&mut self, choice: &Choice, pointer: &str) -> Option<String> {
        let image = choice.image.clone()?;
        if is_image(&image) {
            return Some(image);
        }
        self.problem(format!("{pointer}/image"), said::wizard_value_type(said::word_image()));
        None
    }

    /// Puts the values of options into the scope, and returns those that are secret.
    fn options(
        &mut self,
        entry: &Entry,
        choice: &Choice,
        scope: &mut Scope,
        pointer: &str,
    ) -> BTreeMap<String, String> {
        let mut given = BTreeMap::new();
        for id in choice.options.keys().filter(|id| entry.option(id).is_none()) {
            let place = format!("{pointer}/options/{}", pointer_key(id));
            self.problem(place, said::wizard_option_unknown(shown(id)));
        }
        for option in &entry.options {
            let place = format!("{pointer}/options/{}", option.id);
            let chosen = choice.options.get(&option.id).filter(|value| !value.is_null());
            let variable = secret_variable(&choice.name, &option.id);
            let is_secret = option.kind == OptionKind::Secret;
            let value = match chosen.or(option.default.as_ref()).map(|value| option.check(value)) {
                Some(Ok(value)) => value,
                Some(Err(reason)) => {
                    self.problem(place, reason);
                    continue;
                }
                None if is_secret && (self.is_kept)(&variable) => Value::Text(String::new()),
                None if option.optional => continue,
                None if option.kind == OptionKind::Bool => Value::Flag(false),
                None => {
                    self.problem(place, said::wizard_option_missing(&option.id));
                    continue;
                }
            };
            let path = format!("options.{}", option.id);
            if is_secret {
                let text = value.shown();
                if !text.is_empty() {
                    given.insert(option.id.clone(), text);
                }
                scope.set(path, Value::Source(variable));
            } else {
                scope.set(path, value);
            }
        }
        given
    }

    /// Adds the components of an application.
    fn application(&mut self, entry: &'c Entry, scope: &Scope, chosen: usize, pointer: &str) {
        let Some(Item::List(components)) = scope.fill(&entry.body) else { return };
        for component in components {
            let choice = inner(&value_of(&component));
            self.choice(&choice, chosen, pointer.to_owned(), true);
        }
    }

    fn problem(&mut self, pointer: String, message: core_monitor_message::Message) {
        self.problems.push(Problem::new(pointer, message));
    }
}

/// The name of the variable of an option of type `secret`.
pub(crate) fn secret_variable(component: &str, option: &str) -> String {
    format!("{}_{}", crate::fill::capitals(component), crate::fill::capitals(option))
}

/// Names of components, which are names of services too.
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=40).contains(&name.len())
        && name.bytes().all(|byte| fits(byte) || byte == b'-')
        && name.bytes().next().is_some_and(fits)
}

/// Text of a request for a sentence.
fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// A component of an application as a choice. Its texts come from a template, so their `$` are doubled.
fn inner(value: &Json) -> Choice {
    let text = |key: &str| value.get(key).and_then(Json::as_str).map(single);
    let map = |key: &str| value.get(key).and_then(Json::as_object).cloned().unwrap_or_default();
    let option = |value: Json| match value {
        Json::String(text) => Json::String(single(&text)),
        other => other,
    };
    Choice {
        entry: text("entry").unwrap_or_default(),
        name: text("as").unwrap_or_default(),
        version: text("version"),
        image: text("image"),
        options: map("options").into_iter().map(|(id, value)| (id, option(value))).collect(),
        connect: map("connect")
            .into_iter()
            .filter_map(|(id, name)| Some((id, name.as_str().map(single)?)))
            .collect(),
        sleep: None,
    }
}

/// A text without doubled `$`.
pub(crate) fn single(text: &str) -> String {
    text.replace("$$", "$")
}

impl Part<'_> {
    /// What it needs.
    pub(crate) fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.entry.requires.iter().find(|requirement| requirement.id == id)
    }
}
