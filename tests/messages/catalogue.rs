//! `openapi/messages.json`: what a program needs to have every sentence translated.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::topics;

/// Each code with the English text and the names of its values. A text in a value of another language is a message itself.
fn catalogue() -> String {
    let mut sentences: BTreeMap<&str, Value> = BTreeMap::new();
    for (_, topics) in topics() {
        for template in topics.iter().flat_map(|topic| topic.templates) {
            sentences.insert(template.code, json!({ "text": template.text, "params": template.params }));
        }
    }
    serde_json::to_string_pretty(&sentences).unwrap() + "\n"
}

#[test]
fn the_catalogue_is_up_to_date() {
    crate::assert_fresh("openapi/messages.json", &catalogue());
}
