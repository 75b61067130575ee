//! The record of choices in a file, so that the wizard can be opened again: `x-wizard`.

use core_monitor_compose::document::Item;
use core_monitor_compose::outline::Node;
use serde_json::Value as Json;

use crate::catalog::Catalog;
use crate::choice::{Choice, Choices};
use crate::fill::chosen;
use crate::option::OptionKind;
use crate::part::{is_name, single};
use crate::sleep::Sleep;

/// The key.
pub(crate) const KEY: &str = "x-wizard";

/// The record of these choices: what is not usual, and never a secret.
pub(crate) fn written(catalog: &Catalog, choices: &Choices) -> Item {
    // What cannot be a component is in the problems; the file does not repeat it, however long it is.
    let usable = choices.components.iter().take(Choices::MOST).filter(|choice| is_name(&choice.name));
    let components = usable.map(|choice| component(catalog, choice));
    Item::map([
        ("catalog", Some(Item::Number("1".to_owned()))),
        ("components", Some(Item::List(components.collect()))),
    ])
}

fn component(catalog: &Catalog, choice: &Choice) -> Item {
    let entry = catalog.entry(&choice.entry);
    let usual = entry.and_then(|entry| entry.versions.first()).map(|version| version.id.clone());
    let version = choice.version.clone().or(usual);
    let options = choice.options.iter().filter(|(id, value)| {
        let option = entry.and_then(|entry| entry.option(id));
        option.is_some_and(|option| {
            option.kind != OptionKind::Secret && option.default.as_ref() != Some(*value)
        }) && !value.is_null()
    });
    let options: Vec<_> = options.map(|(id, value)| (id.clone(), chosen(value))).collect();
    let connect: Vec<_> = choice.connect.iter().map(|(id, name)| (id.clone(), Item::literal(name))).collect();
    let unless_empty = |entries: Vec<(String, Item)>| (!entries.is_empty()).then_some(Item::Map(entries));
    Item::map([
        ("entry", Some(Item::literal(&choice.entry))),
        ("as", Some(Item::literal(&choice.name))),
        ("version", version.map(|version| Item::literal(&version))),
        ("image", choice.image.as_ref().map(|image| Item::literal(image))),
        ("options", unless_empty(options)),
        ("connect", unless_empty(connect)),
        ("sleep", choice.sleep.as_ref().map(Sleep::written)),
    ])
}

/// The choices that a file records; none if it records nothing, and `None` if the record cannot be read.
pub(crate) fn read(outline: &Node) -> Option<Choices> {
    let Some(mark) = outline.get(KEY) else { return Some(Choices::default()) };
    let mark = mark.to_json()?;
    if mark.get("catalog") != Some(&Json::from(1)) {
        return None;
    }
    let components = mark.get("components")?.as_array()?.iter().map(choice);
    Some(Choices { components: components.collect::<Option<_>>()? })
}

fn choice(value: &Json) -> Option<Choice> {
    let text = |value: &Json| value.as_str().map(single);
    let map = |key: &str| match value.get(key) {
        None => Some(serde_json::Map::new()),
        Some(map) => map.as_object().cloned(),
    };
    let option = |value: Json| match value {
        Json::String(text) => Json::String(single(&text)),
        other => other,
    };
    Some(Choice {
        entry: text(value.get("entry")?)?,
        name: text(value.get("as")?)?,
        version: value.get("version").and_then(text),
        image: value.get("image").and_then(text),
        options: map("options")?.into_iter().map(|(id, value)| (id, option(value))).collect(),
        connect: map("connect")?
            .into_iter()
            .map(|(id, name)| Some((id, text(&name)?)))
            .collect::<Option<_>>()?,
        sleep: match value.get("sleep") {
            None => None,
            Some(sleep) => Some(Sleep::read(sleep)?),
        },
    })
}
