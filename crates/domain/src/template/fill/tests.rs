use std::collections::{BTreeMap, BTreeSet};

use core_monitor_compose::Limits;
use serde_json::{Value, json};

use super::{Declaration, Filled, Wish};
use crate::secret_variable::SecretChange;
use crate::template::declared;

const PREVIEW: &str = "services: {}
x-core-monitor:
  template:
    key: {pattern: \"[a-z0-9_]+\"}
    parameters:
      SITE: {type: folder, root: projects, path: \"{key}/site\"}
      HOST: {type: host, pattern: \"{key}-{BRANCH}.preview.localhost\"}
      BRANCH: {type: string, default: main, pattern: \"[a-z]+\"}
      WORKERS: {type: int, default: 2, min: 1, max: 8}
      DEBUG: {type: bool}
      SIZE: {type: enum, values: [small, large]}
      PAYLOAD_SECRET: {type: secret, generate: 40}
      NOTE: {type: string, optional: true}
      PORT: {type: host_port, range: 8002-8003}
";

fn declaration(text: &str) -> Declaration {
    declared("compose.yaml", text, &Limits::default()).unwrap().unwrap()
}

fn fill(given: Value, port: Option<u16>, has: &[&str]) -> Result<Filled, String> {
    let given: BTreeMap<String, Value> = serde_json::from_value(given).unwrap();
    let ports = port.map(|port| ("PORT".parse().unwrap(), port)).into_iter().collect();
    let has: BTreeSet<_> = has.iter().map(|name| name.parse().unwrap()).collect();
    let roots = BTreeMap::from([("projects".to_owned(), "/srv/projects/".to_owned())]);
    let (template, key) = ("preview".parse().unwrap(), "shop".parse().unwrap());
    let wish =
        Wish { template: &template, key: &key, given: &given, ports: &ports, has: &has, roots: &roots };
    declaration(PREVIEW).fill(wish).map_err(|problems| {
        let lines = problems.iter().map(|one| format!("{}: {}", one.parameter, one.message));
        lines.collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn parameters_become_variables() {
    let filled = fill(json!({"WORKERS": 4, "PAYLOAD_SECRET": null}), Some(8003), &[]).unwrap();
    let variables: Vec<String> =
        filled.variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(
        variables,
        [
            "BRANCH=main",
            "DEBUG=false",
            "HOST=shop-main.preview.localhost",
            "INSTANCE=shop",
            "NOTE=",
            "PORT=8003",
            "SITE=/srv/projects/shop/site",
            "SIZE=small",
            "TEMPLATE_NAME=preview",
            "WORKERS=4",
        ]
    );
    assert_eq!(filled.url.as_deref(), Some("http://shop-main.preview.localhost/"));
    assert_eq!(filled.values, BTreeMap::from([("WORKERS".parse().unwrap(), json!(4))]));
    assert_eq!(filled.mounts[0].path, "shop/site");
}

#[test]
fn secrets_are_generated_once() {
    let change = |given, has: &[&str]| {
        let filled = fill(given, Some(8002), has).unwrap();
        assert!(filled.values.is_empty(), "no secret is among the values that are kept");
        filled.secrets.into_values().next().unwrap()
    };
    assert!(matches!(change(json!({}), &[]), SecretChange::Generate(_)));
    assert_eq!(change(json!({}), &["PAYLOAD_SECRET"]), SecretChange::Keep);
    assert!(matches!(
        change(json!({"PAYLOAD_SECRET": "s3cret-value"}), &["PAYLOAD_SECRET"]),
        SecretChange::Set(_)
    ));
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let given = json!({
        "BRANCH": "A1", "WORKERS": 9, "DEBUG": "yes", "SIZE": "huge", "NOTE": "a\nb", "SITE": "../etc", "PROT": 1,
        "HOST": "no host", "PAYLOAD_SECRET": 7,
    });
    insta::assert_snapshot!(fill(given, Some(80), &[]).unwrap_err());
}

#[test]
fn without_a_free_port_there_is_none() {
    assert_eq!(fill(json!({}), None, &[]).unwrap_err(), "PORT: no port of 8002-8003 is free");
}

#[test]
fn a_root_that_nobody_allows_is_said_with_what_to_do() {
    let text = PREVIEW.replace("root: projects", "root: maps");
    let declaration = declaration(&text);
    assert!(declaration.sample(&"preview".parse().unwrap()).is_ok(), "a check needs no folders");
    let (template, key) = ("preview".parse().unwrap(), "shop".parse().unwrap());
    let (given, has, roots) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
    let ports = BTreeMap::from([("PORT".parse().unwrap(), 8002)]);
    let wish =
        Wish { template: &template, key: &key, given: &given, ports: &ports, has: &has, roots: &roots };
    let problems = declaration.fill(wish).unwrap_err();
    assert_eq!(problems[0].message.text(), "the operator allows no folder called `maps`");
    assert!(problems[0].hint.is_some());
}
