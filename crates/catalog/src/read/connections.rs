//! Reads what an entry offers and needs.

use core_monitor_compose::outline::{Entry as Field, Node};

use super::Paths;
use crate::entry::{Entry, Provision, Requirement};
use crate::fields::{Fields, Reading};
use crate::interface::{interface, interfaces};
use crate::said;
use crate::template::{Form, Template, written};

/// The conditions of `depends_on`.
const CONDITIONS: &[&str] = &["service_healthy", "service_started", "service_completed_successfully"];

pub(super) fn provides(fields: &Fields<'_>, reading: &Reading<'_>) -> Vec<Provision> {
    let Some(node) = fields.node("provides") else { return Vec::new() };
    reading.entries(node).iter().filter_map(|field| provision(field, reading)).collect()
}

fn provision(field: &Field, reading: &Reading<'_>) -> Option<Provision> {
    let fields =
        reading.map(&field.value, &["interface", "label", "service", "network", "ready", "values"])?;
    let names: Vec<&str> = interfaces().iter().map(|interface| interface.name).collect();
    let kind = fields.word("interface", &names)?;
    let values = templates(fields.required("values")?, reading);
    for value in interface(&kind).map(|kind| kind.values).unwrap_or_default() {
        if !values.iter().any(|(name, _)| name == value) {
            reading.error(field.at, said::catalog_interface_value(&kind, value));
        }
    }
    Some(Provision {
        id: reading.id_of(field.key.clone(), field.at)?,
        interface: kind,
        label: fields.texts("label")?,
        service: named(&fields, "service", field, reading),
        network: Template::read(fields.required("network")?, reading),
        ready: fields.word("ready", CONDITIONS)?,
        values,
    })
}

pub(super) fn requires(fields: &Fields<'_>, reading: &Reading<'_>) -> Vec<Requirement> {
    let Some(node) = fields.node("requires") else { return Vec::new() };
    reading.entries(node).iter().filter_map(|field| requirement(field, reading)).collect()
}

fn requirement(field: &Field, reading: &Reading<'_>) -> Option<Requirement> {
    let keys = ["interfaces", "optional", "label", "services", "environment", "environment_by_interface"];
    let fields = reading.map(&field.value, &keys)?;
    let listed = reading.list(fields.required("interfaces")?).iter();
    let interfaces = listed.filter_map(|item| {
        let name = reading.text_of(item)?;
        if interface(&name).is_none() {
            reading.error(item.start, said::catalog_interface_unknown(&name));
        }
        Some(name)
    });
    let services = match fields.node("services") {
        Some(node) => reading.list(node).iter().map(|item| Template::read(item, reading)).collect(),
        None => vec![main_service(field)],
    };
    let by_interface = match fields.node("environment_by_interface") {
        Some(node) => reading.entries(node),
        None => &[],
    };
    Some(Requirement {
        id: reading.id_of(field.key.clone(), field.at)?,
        interfaces: interfaces.collect(),
        optional: fields.flag("optional"),
        label: fields.texts("label")?,
        services,
        environment: fields.node("environment").map(|node| templates(node, reading)).unwrap_or_default(),
        by_interface: by_interface
            .iter()
            .map(|field| (field.key.clone(), templates(&field.value, reading)))
            .collect(),
    })
}

/// The values that every provider of a requirement has, and `interface`.
pub(super) fn values_of(requirement: &Requirement) -> Vec<&'static str> {
    let mut all = requirement.interfaces.iter().filter_map(|name| interface(name)).map(|kind| kind.values);
    let first = all.next().unwrap_or_default();
    let others: Vec<_> = all.collect();
    let everywhere = first.iter().filter(|value| others.iter().all(|other| other.contains(value)));
    everywhere.copied().chain(["interface"]).collect()
}

/// Checks the paths of templates outside `compose`, and that the services they name exist.
pub(super) fn check(entry: &Entry, paths: &Paths, reading: &Reading<'_>) {
    let services: Vec<String> = entry.services().map(|(name, _)| name).collect();
    let check_service = |template: &Template| {
        let name = match &template.form {
            Form::Plain(name) => name.as_str().unwrap_or_default().to_owned(),
            Form::Text(pieces) => written(pieces),
            _ => String::new(),
        };
        if !services.contains(&name) {
            reading.error(template.at, said::catalog_no_service(name));
        }
    };
    for provision in &entry.provides {
        check_service(&provision.service);
        paths.check(&provision.network, reading);
        provision.values.iter().for_each(|(_, value)| paths.check(value, reading));
    }
    for requirement in &entry.requires {
        requirement.services.iter().for_each(check_service);
        let mut common = paths.clone();
        for value in values_of(requirement) {
            common.add(value, false);
        }
        for (_, value) in &requirement.environment {
            common.check(value, reading);
        }
        for (name, environment) in &requirement.by_interface {
            let Some(kind) = interface(name).filter(|_| requirement.interfaces.contains(name)) else {
                let at = environment.first().map_or(entry.body.at, |(_, template)| template.at);
                reading.error(at, said::catalog_interface_unknown(name));
                continue;
            };
            let mut own = common.clone();
            for value in kind.values {
                own.add(*value, false);
            }
            for (_, value) in environment {
                own.check(value, reading);
            }
        }
    }
}

/// Named templates in their order.
fn templates(node: &Node, reading: &Reading<'_>) -> Vec<(String, Template)> {
    let entries = reading.entries(node).iter();
    entries.map(|entry| (entry.key.clone(), Template::read(&entry.value, reading))).collect()
}

/// A service, which is usually the main one.
fn named(fields: &Fields<'_>, key: &str, field: &Field, reading: &Reading<'_>) -> Template {
    fields.node(key).map_or_else(|| main_service(field), |node| Template::read(node, reading))
}

fn main_service(field: &Field) -> Template {
    let path = crate::token::Piece::Path("as".to_owned());
    Template { at: field.at, form: Form::Text(vec![path]) }
}
