//! Values stay where they are put.

use core_monitor_compose::document::print;
use core_monitor_compose::outline::Node;
use core_monitor_compose::{LoadOptions, ProjectFiles, load};
use proptest::prelude::*;

use super::*;
use crate::fields::Reading;

fn template(text: &str) -> Template {
    let node = Node::read("t.yaml", text, &core_monitor_compose::Limits::default()).unwrap();
    let reading = Reading::new("t.yaml");
    let template = Template::read(&node, &reading);
    assert_eq!(reading.finish(), []);
    template
}

fn filled(text: &str, values: &[(&str, Value)]) -> String {
    let mut scope = Scope::new("shop", "db");
    for (path, value) in values {
        scope.set(*path, value.clone());
    }
    match scope.fill(&template(text)) {
        Some(Item::Map(entries)) => print(&entries),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_token_keeps_its_type() {
    let values = [
        ("options.n", Value::Number(80)),
        ("options.b", Value::Flag(true)),
        ("options.t", Value::Text("80".into())),
    ];
    assert_eq!(
        filled(
            "{a: \"{{options.n}}\", b: \"{{options.b}}\", c: \"{{options.t}}\", d: \"x{{options.n}}\"}",
            &values
        ),
        "a: 80\nb: true\nc: \"80\"\nd: x80\n"
    );
}

#[test]
fn conditions_choose_items_and_entries() {
    let text = "{a: {$if: options.n, $then: yes it is, $else: no}, b: {$if: options.x, $then: 1}, l: [{$if: options.x, $then: a}, {$if: options.n, $is: 8, $then: b}], e: [{$if: options.x, $then: a}]}";
    assert_eq!(filled(text, &[("options.n", Value::Number(8))]), "a: yes it is\nl: [\"b\"]\n");
    assert_eq!(filled(text, &[("options.x", Value::Text(String::new()))]), "a: \"no\"\n");
}

#[test]
fn ports_are_found_in_templates() {
    for (text, port) in
        [("\"{{a}}:80\"", Some(80)), ("\"80:81/udp\"", Some(81)), ("8080", Some(8080)), ("\"{{a}}\"", None)]
    {
        assert_eq!(target_port(&template(text)), port, "{text}");
    }
}

proptest! {
    /// Whatever a person types is the value of one variable in one service, to the byte.
    #[test]
    fn a_value_cannot_leave_its_place(value in "[ -~äé\\n$]{0,40}") {
        let text = "{services: {\"{{as}}\": {image: \"a:1\", environment: {WHOLE: \"{{options.v}}\", PART: \"<{{options.v}}>\"}, command: [run, \"{{options.v}}\"]}}}";
        let printed = filled(text, &[("options.v", Value::Text(value.clone()))]);
        let options = LoadOptions { project_name: Some("shop".to_owned()), ..LoadOptions::default() };
        let loaded = load(&ProjectFiles::single("compose.yaml", printed.as_str()), &options);
        let project = loaded.map_err(|rejected| TestCaseError::fail(format!("{rejected}\n{printed}")))?.project;
        prop_assert_eq!(project.services.len(), 1);
        let service = &project.services["db"];
        prop_assert_eq!(service.environment["WHOLE"].as_deref(), Some(value.as_str()));
        let part = format!("<{value}>");
        prop_assert_eq!(service.environment["PART"].as_deref(), Some(part.as_str()));
        prop_assert_eq!(service.command.clone().unwrap(), vec!["run".to_owned(), value]);
    }
}
