//! Definitions that choices become.

use core_monitor_catalog::{Choice, Entry, Kind, OptionKind};
use core_monitor_compose::Limits;
use core_monitor_domain::secret_variable::SecretRef;
use core_monitor_domain::stack_version::SourceSecret;
use serde_json::{Value, json};

use super::*;
use crate::server::Definition;

/// A component with what has to be chosen.
fn choice(entry: &Entry, name: &str) -> Choice {
    let needed = entry.options.iter().filter(|option| option.default.is_none() && !option.optional);
    let value = |kind: OptionKind| -> Value {
        match kind {
            OptionKind::Bool => json!(false),
            OptionKind::Int => json!(1),
            OptionKind::Port | OptionKind::HostPort => json!(8080),
            OptionKind::Size => json!("64m"),
            OptionKind::Duration => json!("10s"),
            OptionKind::Image => json!("registry.example/app:1.4.2"),
            OptionKind::Path => json!("/data"),
            OptionKind::Url => json!("https://shop.example.com"),
            OptionKind::String | OptionKind::Enum | OptionKind::Secret => json!("shop.example.com"),
        }
    };
    let options = needed.map(|option| (option.id.clone(), value(option.kind))).collect();
    Choice { entry: entry.id.clone(), name: name.to_owned(), options, ..Choice::default() }
}

/// The entry with somebody for everything it cannot do without.
fn complete(catalog: &Catalog, entry: &Entry) -> Choices {
    let mut main = choice(entry, "main");
    let mut others = Vec::new();
    for requirement in entry.requires.iter().filter(|requirement| !requirement.optional) {
        let offers = |other: &&&Entry| {
            other.kind == Kind::Component
                && other.requires.iter().all(|needed| needed.optional)
                && other.provides.iter().any(|offer| requirement.interfaces.contains(&offer.interface))
        };
        let entries = catalog.entries();
        let provider = entries.iter().find(offers).unwrap();
        let name = format!("for-{}", requirement.id.replace('_', "-"));
        others.push(choice(provider, &name));
        main.connect.insert(requirement.id.clone(), name);
    }
    others.insert(0, main);
    Choices { components: others }
}

#[test]
fn an_engine_could_carry_out_every_entry() {
    let (catalog, _) = Catalog::built_in();
    let mut faults = Vec::new();
    for entry in catalog.entries() {
        let rendered = render(&catalog, "shop", &complete(&catalog, entry), &|_| false);
        let mut source = Source::single(FILE, print(&rendered).as_str());
        source.secrets = rendered
            .variables
            .iter()
            .map(|variable| SourceSecret {
                reference: SecretRef { name: variable.name.parse().unwrap(), fingerprint: "00".into() },
                value: None,
            })
            .collect();
        let read = Definition::read(&source, &"shop".parse().unwrap(), "/shop", Limits::default());
        let issues = read.err().map(|refused| refused.issues).unwrap_or_default();
        faults.extend(issues.into_iter().map(|issue| format!("{}: {}", entry.id, issue.message)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_stack_whose_name_is_not_right_yet_has_one_all_the_same() {
    let wizard = Wizard { name: "No Name".to_owned(), ..Wizard::default() };
    let (name, problems) = name(&wizard, None).unwrap();
    assert_eq!((name.as_str(), problems[0].pointer.as_str()), (NAMELESS, "/name"));
}

#[test]
fn a_secret_of_the_stack_keeps_its_value() {
    let variable = |name: &str, given: Option<&str>| Variable {
        name: name.to_owned(),
        generate: given
            .is_none()
            .then_some(Generate { length: 16, alphabet: core_monitor_catalog::Alphabet::Hex }),
        given: given.map(str::to_owned),
    };
    let mut problems = Vec::new();
    let variables = [variable("A", None), variable("B", Some("given"))];
    let changes: Vec<SecretChange> = changes(&variables, None, &mut problems).into_values().collect();
    let recipe = Recipe::new(16, Alphabet::Hex).unwrap();
    let given = SecretValue::new("given").unwrap();
    assert_eq!(changes, [SecretChange::Generate(recipe), SecretChange::Set(given)]);
    assert_eq!(problems, []);
}
