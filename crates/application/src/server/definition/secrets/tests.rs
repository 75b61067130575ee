use core_monitor_compose::Limits;
use core_monitor_domain::secret_variable::{SecretName, SecretRef, SecretValue};
use core_monitor_domain::stack_version::{Source, SourceSecret};

use super::*;
use crate::server::Definition;

const FILE: &str = r#"
services:
  web:
    image: app:1
    command: serve --url postgres://app:${PASSWORD}@db/app
    entrypoint: [enter, "${PASSWORD}"]
    environment: {URL: "postgres://app:${PASSWORD:?}@db", OTHER: "${PASSWORD:-none}", PASSWORD: null}
    env_file: [web.env]
    healthcheck: {test: "check -p ${PASSWORD}"}
    configs: [page, variable]
    secrets: [key]
    logging: {driver: splunk, options: {splunk-token: "${PASSWORD}"}}
    post_start: [{command: [hook, "${PASSWORD}"], environment: {P: "${PASSWORD}"}}]
configs:
  page: {content: "password = ${PASSWORD}"}
  variable: {environment: PASSWORD}
secrets:
  key: {environment: PASSWORD}
"#;

fn source(file: &str, value: Option<&str>) -> Source {
    let mut source = Source::single("compose.yaml", file);
    source.files.insert("web.env".to_owned(), "FROM_FILE=${PASSWORD}\n".into());
    let name: SecretName = "PASSWORD".parse().unwrap();
    let value = value.map(|value| SecretValue::new(value).unwrap());
    source.secrets.push(SourceSecret { reference: SecretRef { name, fingerprint: "0a0b".into() }, value });
    source
}

fn read(source: &Source) -> Result<Definition, RefusedDefinition> {
    Definition::read(source, &"shop".parse().unwrap(), "/shop", Limits::default())
}

fn refused(file: &str, value: &str) -> Vec<String> {
    let refused = read(&source(file, Some(value))).unwrap_err();
    let line = |issue: &Issue| {
        let span = issue.span.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{span}: {}", issue.message)
    };
    let lines: Vec<_> = refused.issues.iter().map(line).collect();
    assert!(lines.iter().all(|line| !line.contains(value)), "{lines:?}");
    lines
}

#[test]
fn a_container_gets_exactly_what_a_plain_variable_gives() {
    let value = "p4ss=%word";
    let secret = source(FILE, Some(value));
    let mut revealed = tree(&read(&secret).unwrap().model);
    assert!(!revealed.to_string().contains(value), "the stored model has no value");
    reveal(&mut revealed, &values(&secret).unwrap());

    let mut plain = Source { secrets: Vec::new(), ..secret };
    plain.variables.insert("PASSWORD".to_owned(), value.to_owned());
    assert_eq!(revealed, tree(&read(&plain).unwrap().model));
    assert_eq!(revealed.to_string().matches(value).count(), 13, "{revealed}");
}

#[test]
fn a_model_for_people_names_the_variable() {
    let model = masked_model(&read(&source(FILE, None)).unwrap().model);
    let web = &model.services["web"];
    assert_eq!(web.environment["URL"].as_deref(), Some("postgres://app:${PASSWORD}@db"));
    assert_eq!(model.secrets["key"].value.as_deref(), Some("${PASSWORD}"));
}

#[test]
fn a_secret_is_refused_where_it_would_be_shown() {
    let file = "services:\n  web:\n    image: app:${PASSWORD}\n    labels:\n      a: ${PASSWORD}\n";
    let lines = refused(file, "s3cret");
    let shown = "cannot contain the secret variable in";
    assert!(lines[0].starts_with("compose.yaml:3:5: `services.web.image`"), "{lines:?}");
    assert!(lines[0].contains(shown) && lines[0].contains("`app:${PASSWORD}`"), "{lines:?}");
    assert!(lines[1].contains("services.web.labels.a") && lines[1].contains(shown), "{lines:?}");
    assert_eq!(lines.len(), 2, "nothing else is said about the marker: {lines:?}");
}

#[test]
fn a_secret_is_refused_where_no_text_is_wanted() {
    let file = "services:\n  web:\n    image: app\n    scale: ${PASSWORD}\n";
    assert_eq!(
        refused(file, "1234"),
        ["compose.yaml:4:12: a secret variable cannot be used here: only a text can be secret"]
    );
    // With a value that would not do either, the error does not show it.
    assert_eq!(refused(file, "many"), ["compose.yaml:4:12: `${PASSWORD}` is not a whole number"]);
}

#[test]
fn a_value_that_changes_how_a_line_is_split_is_refused() {
    let file = "services:\n  web:\n    image: app\n    command: serve ${PASSWORD}\n";
    assert_eq!(
        refused(file, "two words"),
        ["compose.yaml:4:5: the value of a secret variable changes how `services.web.command` is read"]
    );
    assert!(read(&source(file, Some("one-word"))).is_ok());
    let list = "services:\n  web:\n    image: app\n    command: [serve, \"${PASSWORD}\"]\n";
    assert!(read(&source(list, Some("two words"))).is_ok());
}

#[test]
fn a_marker_in_a_file_reveals_nothing() {
    // Somebody who knows the marker writes it into the file: it is not the value, so this is not what was written.
    let marker = source("", None).secrets[0].reference.marker();
    let file = format!("services:\n  web:\n    image: app\n    environment: {{A: \"{marker}\"}}\n");
    assert_eq!(refused(&file, "s3cret").len(), 1);
}

#[test]
fn the_lint_accepts_secret_variables() {
    let file = "services:\n  web:\n    image: app\n    environment: {DB_PASSWORD: \"${PASSWORD}\"}\n";
    let codes = |source: &Source| {
        let findings = read(source).unwrap().lint.findings;
        findings
            .into_iter()
            .map(|finding| finding.code.to_string())
            .filter(|code| code.contains("secret"))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&source(file, Some("s3cret"))), Vec::<String>::new());
    let mut plain = Source::single("compose.yaml", file);
    plain.variables.insert("PASSWORD".to_owned(), "s3cret".to_owned());
    assert_eq!(codes(&plain), ["plain-secret-variable"]);
}
