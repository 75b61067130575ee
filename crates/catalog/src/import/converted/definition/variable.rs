//! What the environment of a container becomes: values and parameters.

use core_monitor_compose::document::Item;
use serde_json::Value as Json;

use super::super::super::template::is_secret;
use super::super::super::{list, text};
use super::super::line;
use super::{Draft, begins_a_variable, words};
use crate::said;

/// Most words of an `enum`.
const WORDS: usize = 64;
/// Most bytes of a value that a parameter may begin with.
const LONGEST: usize = 1024;
/// Ends of the names of secrets that can be any text. Keys and tokens are often given by somebody else.
const PASSWORDS: [&str; 6] = ["PASSWORD", "PASSWD", "PASS", "PWD", "SECRET", "SECRET_KEY"];
/// Values that switch something on or off, whatever the name looks like: `ALLOW_EMPTY_PASSWORD`.
const SWITCHES: [&str; 6] = ["0", "1", "false", "no", "true", "yes"];

/// One of several values.
struct Word {
    value: String,
    /// What it means, if that is something else.
    meaning: Option<String>,
    is_default: bool,
}

impl Draft {
    /// The environment of the container.
    pub(super) fn environment(&mut self, template: &Json) -> Vec<(String, Item)> {
        let mut environment: Vec<(String, Item)> = Vec::new();
        for variable in list(template, "env") {
            let Some(name) = text(variable, "name") else { continue };
            if name.contains(|c: char| c == '=' || c.is_control()) {
                self.notes.push(said::converted_variable_left_out(line(name)));
                continue;
            }
            if environment.iter().all(|(known, _)| known != name) {
                let value = self.value(variable, name);
                environment.push((name.to_owned(), value));
            }
        }
        environment
    }

    /// A preset is a constant, and everything else can be chosen.
    fn value(&mut self, variable: &Json, name: &str) -> Item {
        let default = scalar(variable, "default").or_else(|| scalar(variable, "set"));
        if variable.get("preset").and_then(Json::as_bool).unwrap_or(variable.get("set").is_some()) {
            return Item::literal(&default.unwrap_or_default());
        }
        let label = text(variable, "label").map(line).filter(|label| !label.is_empty());
        let help = text(variable, "description").map(line).filter(|help| !help.is_empty());
        let about = |help: Option<String>| {
            [("label", label.as_deref().map(words)), ("help", help.as_deref().map(words))]
        };
        let parameter = match self.kind(variable, name, default) {
            Kind::Fixed(value) => return Item::literal(&value),
            Kind::Enum(choices) => {
                let usual = choices.iter().find(|word| word.is_default).map(|word| word.value.clone());
                let help = help.or_else(|| meanings(&choices));
                let values = choices.into_iter().map(|word| Item::Text(word.value)).collect();
                let own = [("values", Some(Item::List(values))), ("default", usual.map(Item::Text))];
                self.parameter(name, "enum", own.into_iter().chain(about(help)))
            }
            Kind::Secret { generate } => {
                let own = if generate { ("generate", Some(Item::Flag(true))) } else { optional() };
                self.parameter(name, "secret", std::iter::once(own).chain(about(help)))
            }
            Kind::String(default) => {
                let own = default.map_or_else(optional, |text| ("default", Some(Item::Text(text))));
                self.parameter(name, "string", std::iter::once(own).chain(about(help)))
            }
        };
        Item::Text(format!("${{{parameter}}}"))
    }

    fn kind(&mut self, variable: &Json, name: &str, default: Option<String>) -> Kind {
        let choices = choices(variable, default.as_deref());
        if (1..=WORDS).contains(&choices.len()) {
            return Kind::Enum(choices);
        }
        let select = list(variable, "select");
        if !select.is_empty() {
            self.notes.push(said::converted_choices_left_out(name));
        }
        let chosen = |choice: &&Json| choice.get("default").and_then(Json::as_bool) == Some(true);
        match default.or_else(|| scalar(select.iter().find(chosen)?, "value")) {
            Some(default) if is_password(name) && !is_switch(&default) => {
                self.notes.push(said::converted_value_generated(name));
                Kind::Secret { generate: true }
            }
            Some(default) if !fits(&default) => {
                self.notes.push(said::converted_value_fixed(name));
                Kind::Fixed(default)
            }
            None if is_password(name) => Kind::Secret { generate: true },
            None if is_secret(name) => Kind::Secret { generate: false },
            default => Kind::String(default),
        }
    }
}

/// What a variable becomes.
enum Kind {
    Fixed(String),
    Enum(Vec<Word>),
    Secret { generate: bool },
    String(Option<String>),
}

fn optional() -> (&'static str, Option<Item>) {
    ("optional", Some(Item::Flag(true)))
}

/// The values that a variable can have; none if one of them cannot be that of a parameter.
fn choices(variable: &Json, default: Option<&str>) -> Vec<Word> {
    let word = |choice: &Json| {
        let value = scalar(choice, "value").filter(|value| fits(value))?;
        let meaning = text(choice, "text").filter(|meaning| *meaning != value.as_str()).map(line);
        let is_default =
            choice.get("default").and_then(Json::as_bool).unwrap_or(default == Some(value.as_str()));
        Some(Word { value, meaning, is_default })
    };
    list(variable, "select").iter().map(word).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// What the values mean, where they do not say it themselves.
fn meanings(words: &[Word]) -> Option<String> {
    let said = words.iter().filter_map(|word| Some(format!("{}: {}", word.value, word.meaning.as_ref()?)));
    let said = said.collect::<Vec<_>>().join(", ");
    (!said.is_empty()).then(|| line(&said))
}

/// A text, number or boolean as text.
pub(super) fn scalar(value: &Json, key: &str) -> Option<String> {
    match value.get(key)? {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Whether a declaration can have this value, as it stands.
fn fits(value: &str) -> bool {
    value.len() <= LONGEST && !value.chars().any(char::is_control) && !begins_a_variable(value)
}

fn is_password(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    PASSWORDS.iter().any(|end| name.ends_with(end))
}

fn is_switch(value: &str) -> bool {
    SWITCHES.iter().any(|word| value.eq_ignore_ascii_case(word))
}
