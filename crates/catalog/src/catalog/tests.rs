//! Every built-in entry.

use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::{LoadOptions, Loaded, ProjectFiles, Rejected, Severity, lint, load};
use serde_json::{Value as Json, json};

use super::*;
use crate::entry::{Kind, Requirement};
use crate::{Choice, Choices, OptionKind, Rendered, print, render};

fn built_in() -> Catalog {
    let (catalog, errors) = Catalog::built_in();
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    catalog
}

/// A component with what has to be chosen.
fn choice(entry: &Entry, name: &str) -> Choice {
    let needed = entry.options.iter().filter(|option| option.default.is_none() && !option.optional);
    let value = |kind: OptionKind| match kind {
        OptionKind::Bool => json!(false),
        OptionKind::Int => json!(1),
        OptionKind::Port | OptionKind::HostPort => json!(8080),
        OptionKind::Size => json!("64m"),
        OptionKind::Duration => json!("10s"),
        OptionKind::Image => json!("registry.example/app:1.4.2"),
        OptionKind::Path => json!("/data"),
        OptionKind::Url => json!("https://shop.example.com"),
        OptionKind::String | OptionKind::Enum | OptionKind::Secret => json!("shop.example.com"),
    };
    let options: BTreeMap<String, Json> =
        needed.map(|option| (option.id.clone(), value(option.kind))).collect();
    Choice { entry: entry.id.clone(), name: name.to_owned(), options, ..Choice::default() }
}

/// Somebody who offers what is required.
fn provider<'c>(catalog: &'c Catalog, interface: &str) -> &'c Entry {
    let offers = |entry: &&&Entry| entry.provides.iter().any(|provision| provision.interface == interface);
    let entries = catalog.entries();
    let fits: Vec<&&Entry> = entries.iter().filter(offers).collect();
    // One that needs nothing itself keeps the file small.
    let simple = fits.iter().find(|entry| entry.requires.iter().all(|requirement| requirement.optional));
    simple.or(fits.first()).unwrap_or_else(|| panic!("nobody offers `{interface}`"))
}

/// `entry` with whatever it cannot do without.
fn complete(catalog: &Catalog, entry: &Entry) -> Choices {
    let mut main = choice(entry, "main");
    let mut components = Vec::new();
    for requirement in entry.requires.iter().filter(|requirement| !requirement.optional) {
        let name = format!("for-{}", requirement.id.replace('_', "-"));
        components.push(choice(provider(catalog, &requirement.interfaces[0]), &name));
        main.connect.insert(requirement.id.clone(), name);
    }
    components.insert(0, main);
    Choices { components }
}

fn rendered(catalog: &Catalog, choices: &Choices) -> (Rendered, String) {
    let rendered = render(catalog, "shop", choices, &|_| false);
    let text = print(&rendered);
    (rendered, text)
}

/// What is wrong with what choices become.
fn faults(catalog: &Catalog, choices: &Choices) -> Vec<String> {
    let (rendered, text) = rendered(catalog, choices);
    let mut faults: Vec<String> =
        rendered.problems.iter().map(|problem| format!("{}: {}", problem.pointer, problem.message)).collect();
    let names = || rendered.variables.iter().map(|variable| variable.name.clone());
    let options = LoadOptions {
        project_directory: "/shop".to_owned(),
        variables: names().map(|name| (name, "x4Vf0nR2tLq8sWz1".to_owned())).collect(),
        secrets: Some(names().collect()),
        ..LoadOptions::default()
    };
    match load(&ProjectFiles::single("compose.yaml", text.as_str()), &options) {
        Err(rejected) => faults.extend(rejected.errors.iter().map(ToString::to_string)),
        Ok(loaded) => {
            faults.extend(loaded.warnings.iter().map(ToString::to_string));
            let findings = lint(&loaded).findings.into_iter();
            let serious = findings.filter(|finding| finding.severity > Severity::Info);
            faults.extend(serious.map(|finding| format!("{}: {finding}", finding.code)));
        }
    }
    faults
}

fn assert_none(faults: &[String]) {
    let shown = faults.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} faults:\n{shown}", faults.len());
}

#[test]
fn there_are_enough_entries() {
    let catalog = built_in();
    let count = |kind: Kind| catalog.entries().iter().filter(|entry| entry.kind == kind).count();
    assert!(count(Kind::Component) >= 30 && count(Kind::Application) >= 3);
}

#[test]
fn every_entry_renders_and_the_lint_finds_nothing() {
    let catalog = built_in();
    let mut all = Vec::new();
    for entry in catalog.entries() {
        let found = faults(&catalog, &complete(&catalog, entry));
        all.extend(found.into_iter().map(|fault| format!("{}: {fault}", entry.id)));
    }
    assert_none(&all);
}

#[test]
fn every_version_and_every_option_renders() {
    let catalog = built_in();
    let mut all = Vec::new();
    for entry in catalog.entries() {
        for version in &entry.versions {
            let mut choices = complete(&catalog, entry);
            choices.components[0].version = Some(version.id.clone());
            all.extend(
                faults(&catalog, &choices)
                    .into_iter()
                    .map(|fault| format!("{} {}: {fault}", entry.id, version.id)),
            );
        }
        for option in &entry.options {
            let values: Vec<Json> = match option.kind {
                OptionKind::Bool => vec![json!(true), json!(false)],
                OptionKind::Enum => option.values.iter().map(|value| json!(value.id)).collect(),
                OptionKind::HostPort => vec![json!(18_080)],
                _ => Vec::new(),
            };
            for value in values {
                let mut choices = complete(&catalog, entry);
                choices.components[0].options.insert(option.id.clone(), value.clone());
                let (rendered, text) = rendered(&catalog, &choices);
                let loads = loads(&rendered, &text);
                all.extend(
                    loads.into_iter().map(|fault| format!("{} {}={value}: {fault}", entry.id, option.id)),
                );
            }
        }
    }
    assert_none(&all);
}

/// Errors of the loader. Somebody who opens a port to the world wants the warning about it.
fn loads(rendered: &Rendered, text: &str) -> Vec<String> {
    let mut faults: Vec<String> =
        rendered.problems.iter().map(|problem| problem.message.to_string()).collect();
    if let Err(rejected) = loaded(rendered, text) {
        faults.extend(rejected.errors.iter().map(ToString::to_string));
    }
    faults
}

/// What the file says, with something for every variable.
fn loaded(rendered: &Rendered, text: &str) -> Result<Loaded, Rejected> {
    let variables =
        rendered.variables.iter().map(|variable| (variable.name.clone(), "x".to_owned())).collect();
    let options = LoadOptions { project_directory: "/shop".to_owned(), variables, ..LoadOptions::default() };
    load(&ProjectFiles::single("compose.yaml", text), &options)
}

/// On a host where something else runs already, every port has to be movable; those of the parts of an application too.
#[test]
fn every_port_of_the_host_can_be_chosen() {
    let catalog = built_in();
    let mut fixed = Vec::new();
    let mut count = 0;
    for entry in catalog.entries() {
        let mut choices = Choices { components: vec![choice(entry, "main")] };
        let main = &mut choices.components[0];
        for (option, port) in entry.options.iter().zip(20_001..) {
            match option.kind {
                OptionKind::HostPort => drop(main.options.insert(option.id.clone(), json!(port))),
                OptionKind::Bool => drop(main.options.insert(option.id.clone(), json!(true))),
                _ => {}
            }
        }
        let (rendered, text) = rendered(&catalog, &choices);
        // Some cannot be read without what they are connected to; their ports are no different then.
        let Ok(loaded) = loaded(&rendered, &text) else { continue };
        let ports = loaded.project.services.values().flat_map(|service| &service.ports);
        for port in ports.filter_map(|port| port.published.as_deref()) {
            count += 1;
            if !port.starts_with("200") {
                fixed.push(format!("{}: {port}", entry.id));
            }
        }
    }
    assert!(count > 30, "only {count} ports");
    assert_none(&fixed);
}

#[test]
fn every_pair_that_can_be_connected_renders() {
    let catalog = built_in();
    let mut all = Vec::new();
    let mut count = 0;
    for consumer in catalog.entries() {
        for requirement in &consumer.requires {
            for provider in offering(&catalog, requirement) {
                if provider.id == consumer.id {
                    continue;
                }
                let mut choices = complete(&catalog, consumer);
                let mut others = complete(&catalog, provider);
                others.components[0].name = "other".to_owned();
                for component in &mut others.components[1..] {
                    component.name = format!("x-{}", component.name);
                }
                for name in others.components[0].connect.values_mut() {
                    *name = format!("x-{name}");
                }
                choices.components[0].connect.insert(requirement.id.clone(), "other".to_owned());
                choices.components.extend(others.components);
                separate_ports(&catalog, &mut choices);
                count += 1;
                let pair = format!("{} -> {}", consumer.id, provider.id);
                all.extend(faults(&catalog, &choices).into_iter().map(|fault| format!("{pair}: {fault}")));
            }
        }
    }
    assert!(count > 30, "only {count} pairs");
    assert_none(&all);
}

fn offering<'c>(catalog: &'c Catalog, requirement: &Requirement) -> Vec<&'c Entry> {
    let mut offering = catalog.entries();
    offering.retain(|entry| {
        entry.provides.iter().any(|provision| requirement.interfaces.contains(&provision.interface))
    });
    offering
}

/// Other ports of the host for components whose own ones are taken.
fn separate_ports(catalog: &Catalog, choices: &mut Choices) {
    let mut taken = BTreeSet::new();
    let mut port = 20_000;
    for component in &mut choices.components {
        let Some(entry) = catalog.entry(&component.entry) else { continue };
        for option in entry.options.iter().filter(|option| option.kind == OptionKind::HostPort) {
            let usual = component.options.get(&option.id).or(option.default.as_ref()).and_then(Json::as_i64);
            if usual.is_some_and(|usual| !taken.insert(usual)) {
                port += 1;
                component.options.insert(option.id.clone(), json!(port));
            }
        }
    }
}

#[test]
fn a_broken_file_of_a_folder_is_left_out_and_the_others_are_not() {
    let mut catalog = built_in();
    let good = "catalog: 1\nid: mine\nkind: component\ncategory: tool\nname: Mine\nsummary: { en: a, fr: b }\ncompose:\n  services:\n    \"{{as}}\": { image: \"a:1\" }\n";
    let clash = good.replace("id: mine", "id: postgres");
    let files = [("bad.yaml", "catalog: 1\nkind: [\n"), ("mine.yaml", good), ("postgres.yaml", &clash)];
    let errors = catalog.add_folder(files, &Limits::default());
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].starts_with("bad.yaml:"), "{errors:?}");
    assert_eq!(errors[1], "postgres.yaml:1:1: there is a built-in entry `postgres`");
    assert_eq!(catalog.entry("mine").map(|entry| entry.origin), Some(Origin::Folder));
    let mut catalog = Catalog::default();
    let small = Limits { entries: 0, file_bytes: 1_000 };
    let errors = catalog.add_folder([("mine.yaml", good)], &small);
    assert_eq!(
        errors[0].to_string(),
        "mine.yaml:1:1: the folder has more than 0 entries: this one is left out"
    );
    let errors = catalog.add_folder([("mine.yaml", good)], &Limits { file_bytes: 10, ..small });
    assert_eq!(errors[0].to_string(), "mine.yaml:1:1: the file is larger than 10 bytes");
}
