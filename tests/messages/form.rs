//! The form of sentences.

use std::collections::BTreeMap;

use core_monitor_message::Template;

use crate::topics;

fn templates() -> impl Iterator<Item = (&'static str, &'static Template)> {
    topics().into_iter().flat_map(|(member, topics)| {
        topics
            .into_iter()
            .flat_map(move |topic| topic.templates.iter().map(move |template| (member, template)))
    })
}

#[test]
fn a_code_stands_for_one_sentence() {
    let mut known: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (member, template) in templates() {
        known.entry(template.code).or_default().push(member);
    }
    known.retain(|_, members| members.len() > 1);
    assert!(known.is_empty(), "declared more than once; give one of them another name: {known:#?}");
    assert!(templates().all(|(_, template)| template.code != Template::FOREIGN));
}

#[test]
fn every_value_is_mentioned() {
    for (member, template) in templates() {
        for name in template.params {
            assert!(
                template.text.contains(&format!("{{{name}}}")),
                "{member}: `{}` hides `{name}`",
                template.code
            );
        }
    }
}

/// Names whose own spelling begins with a capital letter.
const NAMES: &[&str] = &["Compose", "Core Monitor", "DELETE", "EOF", "GET", "HTTPS", "POST", "PUT", "YAML"];

#[test]
fn a_sentence_is_one_line_in_lower_case_without_a_full_stop() {
    for (member, template) in templates() {
        let (code, text) = (template.code, template.text);
        let starts_well =
            !text.starts_with(char::is_uppercase) || NAMES.iter().any(|name| text.starts_with(name));
        assert!(starts_well, "{member}: `{code}` begins with a capital letter: {text}");
        assert!(
            !text.ends_with('.') && !text.ends_with(' '),
            "{member}: `{code}` ends with a full stop: {text}"
        );
        assert!(!text.contains("  ") && !text.contains('—'), "{member}: `{code}`: {text}");
        assert!(text.matches('`').count() % 2 == 0, "{member}: `{code}` has a single backtick: {text}");
    }
}
