//! The keys of an answer: all of them, or none.

use std::collections::BTreeSet;

use core_monitor_domain::names::{InstanceKey, NameError};
use core_monitor_domain::template::KeyList;
use core_monitor_message::Message;
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use crate::said;

/// An answer in one of its two forms.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    List(Vec<Value>),
    Whole(Whole),
}

/// A list in an object. Anything beside it may mean that the list goes on elsewhere.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    keys: Vec<Value>,
}

/// The keys that `host` has answered with.
pub(crate) fn keys(host: &str, body: &[u8]) -> Result<BTreeSet<InstanceKey>, Message> {
    let answer = serde_json::from_slice::<Answer>(body).map_err(|error| match error.classify() {
        Category::Data => said::key_source_no_list(host),
        Category::Io | Category::Syntax | Category::Eof => said::key_source_no_json(host),
    })?;
    let (Answer::List(listed) | Answer::Whole(Whole { keys: listed })) = answer;
    if listed.len() > KeyList::KEYS {
        return Err(said::key_source_too_many(host, KeyList::KEYS));
    }
    (1..).zip(&listed).map(|(position, value)| key(host, position, value)).collect()
}

fn key(host: &str, position: usize, value: &Value) -> Result<InstanceKey, Message> {
    let text = value.as_str().ok_or_else(|| said::key_source_no_text(host, position))?;
    let refused = |error: NameError| said::key_source_no_key(host, position, error.message());
    InstanceKey::new(text).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Vec<String>, String> {
        let keys = keys("host", body.as_bytes()).map_err(|error| error.text().to_owned())?;
        Ok(keys.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn both_forms_are_read() {
        let expected = Ok(vec!["a".to_owned(), "b-1".to_owned()]);
        assert_eq!(read(r#"["b-1", "a", "a"]"#), expected);
        assert_eq!(read(" {\"keys\": [\"a\", \"b-1\"]}\n"), expected);
        assert_eq!(read("[]"), Ok(Vec::new()));
        assert_eq!(read(r#"{"keys": []}"#), Ok(Vec::new()));
    }

    #[test]
    fn an_answer_that_may_be_part_of_a_list_is_none() {
        for body in [
            "{}",
            "null",
            "\"a\"",
            "1",
            r#"{"keys": {}}"#,
            r#"{"keys": null}"#,
            r#"{"keys": [], "next": 2}"#,
            r#"{"keys": ["a"], "keys": []}"#,
        ] {
            assert!(read(body).unwrap_err().contains("is no list of keys"), "{body}");
        }
        for body in ["", "[\"a\"", "[] []", "<html>", "[\"a\",]", "\u{feff}[]"] {
            assert!(read(body).unwrap_err().contains("is not JSON"), "{body}");
        }
    }

    #[test]
    fn one_bad_key_spoils_the_list() {
        let bad = read(r#"["a", "B c", "D"]"#).unwrap_err();
        assert!(bad.starts_with("number 2 of the list of `host` is no key: "), "{bad}");
        assert!(bad.contains("`B c`"), "{bad}");
        for body in [r#"["a", 2]"#, r#"["a", null]"#, r#"["a", ["b"]]"#] {
            assert_eq!(read(body), Err("number 2 of the list of `host` is not a text".to_owned()));
        }
        assert!(read(r#"[""]"#).is_err());
        assert!(read(&format!("[\"{}\"]", "a".repeat(62))).is_err());
    }

    #[test]
    fn a_list_has_a_limit() {
        let list = |keys: usize| {
            let keys: Vec<String> = (0..keys).map(|number| format!("k{number}")).collect();
            read(&serde_json::to_string(&keys).unwrap())
        };
        assert_eq!(list(KeyList::KEYS).unwrap().len(), KeyList::KEYS);
        let refused = list(KeyList::KEYS + 1).unwrap_err();
        assert_eq!(refused, "the list of `host` has more than 20000 keys");
    }
}
