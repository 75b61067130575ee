//! Strictness of the format.

use super::*;

const ENTRY: &str = r#"catalog: 1
id: demo
kind: component
category: tool
name: Demo
summary: { en: Demo, fr: Démo }
versions: [{ id: "1", image: "demo:1" }]
options:
  - { id: port, type: host_port, optional: true, label: { en: Port, fr: Port } }
secrets:
  - { id: key, variable: "{{AS}}_KEY", label: { en: Key, fr: Clé }, generate: { length: 16, alphabet: hex } }
requires:
  database: { interfaces: [postgres, redis], optional: true, label: { en: DB, fr: Base }, environment: { URL: "{{url}}" } }
compose:
  services:
    "{{as}}":
      image: "{{version.image}}"
      ports: [{ $if: options.port, $then: "{{options.port}}:80" }]
      environment: { KEY: "${{{secrets.key}}}" }
"#;

fn errors(text: &str) -> String {
    match read("demo.yaml", text, Origin::BuiltIn) {
        Ok(_) => String::new(),
        Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

/// The errors after `old` was replaced by `new`.
fn check(old: &str, new: &str, expected: &str) {
    assert!(ENTRY.contains(old), "{old}");
    assert_eq!(errors(&ENTRY.replace(old, new)), expected);
}

#[test]
fn the_entry_itself_is_right() {
    assert_eq!(errors(ENTRY), "");
    let entry = read("demo.yaml", ENTRY, Origin::BuiltIn).unwrap();
    assert_eq!((entry.ports(), entry.deploys()), (vec![80], false));
}

#[test]
fn unknown_keys_are_refused() {
    check(
        "name: Demo",
        "name: Demo\ncolour: red",
        "demo.yaml:6:1: unknown key `colour`; there are `catalog`, `id`, `kind`, `category`, `name`, `summary`, `icon`, `versions`, `options`, `secrets`, `provides`, `requires`, `compose`, `components`",
    );
    check(
        "optional: true, label: { en: Port",
        "optional: true, min: x, label: { de: Port, en: Port",
        "demo.yaml:9:67: unknown key `de`; there are `en`, `fr`",
    );
    check(
        "$then: \"{{options.port}}",
        "$them: 1, $then: \"{{options.port}}",
        "demo.yaml:18:36: unknown key `$them`; there are `$if`, `$is`, `$then`, `$else`",
    );
    check(
        "  services:",
        "  deploy: {}\n  services:",
        "demo.yaml:15:11: `deploy` is not one of `services`, `networks`, `volumes`, `configs` and `secrets`",
    );
}

#[test]
fn every_path_has_a_value() {
    check("{{version.image}}", "{{version.tag}}", "demo.yaml:17:14: there is no `version.tag` here");
    check(
        "[{ $if: options.port, $then: \"{{options.port}}:80\" }]",
        "[\"{{options.port}}:80\"]",
        "demo.yaml:18:15: `options.port` has no value if it is left out (put it into the `$then` of an `$if: options.port`)",
    );
    check(
        "\"{{as}}\":\n",
        "\"{{as}}-{{options.port}}\":\n",
        "demo.yaml:13:3: `compose` has no service `{{as}}`\ndemo.yaml:17:7: `options.port` cannot stand in a key: only `as`, `AS` and `stack` can",
    );
    // Redis has no database, so nobody can count on one.
    check("{{url}}", "{{database}}", "demo.yaml:13:111: there is no `database` here");
}

#[test]
fn values_have_their_types() {
    check(
        "kind: component",
        "kind: thing",
        "demo.yaml:3:7: `thing` is not one of `component`, `application`",
    );
    check(
        "type: host_port, optional: true",
        "type: host_port, default: 99999",
        "demo.yaml:9:43: the default cannot be chosen: a port from 1 to 65535 is expected",
    );
    check(
        "length: 16",
        "length: 4",
        "demo.yaml:11:79: the length must be between 8 and 1024\ndemo.yaml:19:27: there is no `secrets.key` here",
    );
    check(
        "variable: \"{{AS}}_KEY\"",
        "variable: \"{{as}}-key\"",
        "demo.yaml:11:26: `{{as}}-key` is no name of a variable",
    );
    check(
        "[postgres, redis]",
        "[oracle]",
        "demo.yaml:13:28: there is no interface `oracle`\ndemo.yaml:13:102: there is no `url` here",
    );
    check(
        "catalog: 1",
        "catalog: 2",
        "demo.yaml:1:1: this is no entry of format 1: it must start with `catalog: 1`",
    );
    check("id: demo", "id: other", "demo.yaml:1:1: the file of this entry must be called `other.yaml`");
    check(
        "summary: { en: Demo, fr: Démo }",
        "summary: &x { en: Demo, fr: Démo }",
        "demo.yaml:6:13: a mapping is expected here",
    );
}
