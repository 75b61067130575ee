//! The table for people who write compose files: each attribute with what it is for and what it can be.

use std::sync::LazyLock;

use super::attributes::{EXTENSIONS, FILE_EXTENSIONS};
use super::shape::{BOOL, FLOAT, INT, NULL, Object, Rule, STR, Scalar};
use super::texts::{self, Text};
use super::{Cast, PROJECT, Shape};
use crate::support::{Support, support};

/// An attribute of the Compose format, or of Core Monitor under `x-core-monitor` of a service or of the whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Where it is, such as `services.*.ports[].target`: `*` is any name, and `[]` an item of a list.
    pub path: String,
    /// The last part of it.
    pub name: &'static str,
    /// What its value can be: `string`, `integer`, `number`, `boolean`, `null`, `list`, `map`, or what a string or number stands
    /// for: `duration`, `size`, `path`, `port`, `address` or `cidr`.
    pub kinds: Vec<&'static str>,
    /// The words it can be, or the usual ones; empty if it is free.
    pub values: Vec<&'static str>,
    /// Whether it must be there if what it is in is.
    pub is_required: bool,
    /// What becomes of it.
    pub support: Support,
    /// What it is for, in English.
    pub en: &'static str,
    /// The same in French.
    pub fr: &'static str,
}

/// Every attribute, in the order of the tables.
pub fn attributes() -> &'static [Attribute] {
    &ATTRIBUTES
}

static ATTRIBUTES: LazyLock<Vec<Attribute>> = LazyLock::new(|| {
    let mut found = Vec::new();
    object(&PROJECT, &Place::default(), &mut found);
    object(&EXTENSIONS, &Place::default().at("services").at("*"), &mut found);
    object(&FILE_EXTENSIONS, &Place::default(), &mut found);
    found
});

/// A place in a file.
#[derive(Debug, Clone, Default)]
struct Place {
    /// For people.
    path: String,
    /// The same without items of lists, as in the table of what becomes of attributes.
    plain: String,
}

impl Place {
    fn at(&self, step: &str) -> Self {
        let join =
            |before: &str| if before.is_empty() { step.to_owned() } else { format!("{before}.{step}") };
        Self { path: join(&self.path), plain: join(&self.plain) }
    }

    fn item(&self) -> Self {
        Self { path: format!("{}[]", self.path), plain: self.plain.clone() }
    }
}

fn object(object: &Object, place: &Place, found: &mut Vec<Attribute>) {
    for (name, shape) in object.attributes {
        let place = place.at(name);
        if found.iter().all(|known| known.path != place.path) {
            found.push(attribute(object, name, shape, &place));
        }
        inside(shape, &place, found);
    }
}

fn inside(shape: &Shape, place: &Place, found: &mut Vec<Attribute>) {
    match shape {
        Shape::Any | Shape::Scalar(_) => {}
        Shape::List { item, .. } => inside(item, &place.item(), found),
        Shape::Map { value, .. } => inside(value, &place.at("*"), found),
        Shape::Object(known) => object(known, place, found),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| inside(shape, place, found)),
    }
}

fn attribute(object: &Object, name: &'static str, shape: &Shape, place: &Place) -> Attribute {
    let text = texts::text(object.section, name).cloned().unwrap_or_default();
    let (mut kinds, mut values) = (Vec::new(), Vec::new());
    describe(shape, &text, &mut kinds, &mut values);
    if values.is_empty() {
        values = text.values;
    }
    Attribute {
        path: place.path.clone(),
        name,
        kinds,
        values,
        is_required: object.required.contains(&name),
        // A test sees to it that each has an entry.
        support: support(&place.plain).unwrap_or(Support::Applied),
        en: text.en,
        fr: text.fr,
    }
}

fn describe(shape: &Shape, text: &Text, kinds: &mut Vec<&'static str>, values: &mut Vec<&'static str>) {
    let mut add = |kind| {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    };
    match shape {
        Shape::Any => {}
        Shape::Scalar(scalar) => {
            scalar_kinds(scalar, text).into_iter().for_each(add);
            if let Rule::OneOf(words) = scalar.rule {
                values.extend(words);
            }
        }
        Shape::List { .. } => add("list"),
        Shape::Map { .. } | Shape::Object(_) => add("map"),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| describe(shape, text, kinds, values)),
    }
}

fn scalar_kinds(scalar: &Scalar, text: &Text) -> Vec<&'static str> {
    let has = |kind: u8| scalar.kinds & kind != 0;
    // Text is accepted only to be cast.
    let is_text = has(STR) && scalar.cast.is_none();
    let mut kinds = Vec::new();
    if let Some(kind) = text.kind {
        // A number of bytes is a size too.
        kinds.push(kind);
    } else {
        kinds.extend(is_text.then_some("string"));
        let is_whole = scalar.cast == Some(Cast::Int) || !has(FLOAT);
        kinds.extend(has(INT).then_some(if is_whole { "integer" } else { "number" }));
    }
    kinds.extend(has(BOOL).then_some("boolean"));
    kinds.extend(has(NULL).then_some("null"));
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::attribute_paths;

    fn at(path: &str) -> &'static Attribute {
        let found = attributes().iter().find(|attribute| attribute.path == path);
        found.unwrap_or_else(|| panic!("there is no `{path}`"))
    }

    #[test]
    fn every_attribute_is_described_in_both_languages() {
        let bare: Vec<_> = attributes().iter().filter(|of| of.en.is_empty() || of.fr.is_empty()).collect();
        assert!(bare.is_empty(), "write a line in `schema/texts` for: {bare:#?}");
        let is_own = |path: &str| path.split('.').any(|step| step.starts_with("x-"));
        let of_the_format = attributes().iter().filter(|of| !is_own(&of.path));
        let mut plain: Vec<_> = of_the_format.map(|of| of.path.replace("[]", "")).collect();
        plain.sort_unstable();
        plain.dedup();
        let mut paths = attribute_paths();
        paths.sort_unstable();
        assert_eq!(plain, paths);
    }

    #[test]
    fn kinds_and_values_come_from_the_table_and_the_texts() {
        let shown = |path: &str| {
            let of = at(path);
            (of.kinds.join(" "), of.values.join(" "), of.is_required)
        };
        let free = |kinds: &str| (kinds.to_owned(), String::new(), false);
        assert_eq!(shown("services.*.image"), free("string"));
        assert_eq!(shown("services.*.healthcheck.interval"), free("duration"));
        assert_eq!(shown("services.*.mem_limit"), free("size"));
        assert_eq!(shown("services.*.privileged"), free("boolean"));
        assert_eq!(shown("services.*.cpus"), free("number"));
        assert_eq!(shown("services.*.scale"), free("integer"));
        assert_eq!(shown("services.*.command"), free("string null list"));
        assert_eq!(shown("services.*.environment"), free("map list"));
        assert_eq!(shown("services.*.ports[].target"), free("port"));
        let conditions = "service_started service_healthy service_completed_successfully";
        let depends = ("string".to_owned(), conditions.to_owned(), true);
        assert_eq!(shown("services.*.depends_on.*.condition"), depends);
        assert_eq!(at("services.*.restart").values[3], "unless-stopped");
        assert_eq!(
            at("services.*.healthcheck.start_interval").en,
            "Time between two checks during the start period."
        );
        assert_eq!(at("version").support, Support::NotApplied);
    }

    #[test]
    fn what_only_core_monitor_knows_is_described_too() {
        let own = "services.*.x-core-monitor";
        let shown = |path: &str| {
            let of = at(&format!("{own}.{path}"));
            (of.kinds.join(" "), of.values.join(" "))
        };
        let of = |kinds: &str, values: &str| (kinds.to_owned(), values.to_owned());
        assert_eq!(at(own).kinds, ["map"]);
        assert_eq!(shown("on-demand.hosts"), of("string list", ""));
        assert_eq!(shown("on-demand.port"), of("port", ""));
        assert_eq!(shown("on-demand.mode"), of("string", "dynamic blocking"));
        assert_eq!(shown("on-demand.idle-timeout"), of("duration", ""));
        assert_eq!(shown("on-demand.readiness"), of("string map", "tcp http health"));
        assert_eq!(shown("on-demand.schedule.open"), of("string list", ""));
        assert_eq!(shown("deploy.*.activate.exec.command"), of("list", ""));
        assert!(at(&format!("{own}.deploy.*.target")).is_required);
        assert_eq!(at(&format!("{own}.on-demand")).support, Support::Applied);
    }

    #[test]
    fn what_a_template_declares_is_described_too() {
        let own = "x-core-monitor.template";
        let shown = |path: &str| {
            let of = at(&format!("{own}.{path}"));
            (of.kinds.join(" "), of.is_required)
        };
        let of = |kinds: &str, is_required| (kinds.to_owned(), is_required);
        assert_eq!(at("x-core-monitor").kinds, ["map"]);
        assert_eq!(at(own).support, Support::Applied);
        assert_eq!(shown("key"), of("string map", false));
        assert_eq!(shown("parameters"), of("map", false));
        assert_eq!(shown("parameters.*.type"), of("string", true));
        assert_eq!(shown("parameters.*.default"), of("string integer boolean", false));
        assert_eq!(shown("parameters.*.values"), of("string list", false));
        assert_eq!(shown("parameters.*.generate"), of("boolean integer", false));
        assert_eq!(shown("parameters.*.path"), of("path", false));
        assert_eq!(shown("parameters.*.range"), of("string integer", false));
    }
}
