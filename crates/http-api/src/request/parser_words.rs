//! The words of the JSON and query parsers as sentences of ours, so that they can be translated.

use core_monitor_message::Message;

use super::said;

/// The sentence for what a parser says; its own words if they are unknown.
pub(crate) fn sentence(words: &str) -> Message {
    fixed(words).or_else(|| with_values(words)).unwrap_or_else(|| Message::foreign(words))
}

fn fixed(words: &str) -> Option<Message> {
    Some(match words {
        "trailing characters" => said::parser_trailing_characters(),
        "trailing comma" => said::parser_trailing_comma(),
        "key must be a string" => said::parser_key_not_a_string(),
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            said::parser_control_character()
        }
        "invalid escape" => said::parser_invalid_escape(),
        "invalid number" => said::parser_invalid_number(),
        "recursion limit exceeded" => said::parser_recursion_limit(),
        _ => return None,
    })
}

fn with_values(words: &str) -> Option<Message> {
    let name = |prefix: &str| words.strip_prefix(prefix)?.strip_suffix('`');
    let pair = |prefix: &str, between: &str| words.strip_prefix(prefix)?.split_once(between);
    if let Some(field) = words.strip_prefix("unknown field `") {
        let (field, rest) = field.split_once("`, ")?;
        return Some(match rest.strip_prefix("expected ") {
            Some(known) => said::parser_unknown_field(field, known),
            None => said::parser_unknown_field_alone(field),
        });
    }
    name("missing field `")
        .map(said::parser_missing_field)
        .or_else(|| name("duplicate field `").map(said::parser_duplicate_field))
        .or_else(|| name("duplicate key `").map(said::parser_duplicate_key))
        .or_else(|| {
            let (word, known) = pair("unknown variant `", "`, expected ")?;
            Some(said::parser_unknown_variant(word, known))
        })
        .or_else(|| {
            let (found, wanted) = pair("invalid type: ", ", expected ")?;
            Some(said::parser_invalid_type(found, wanted))
        })
        .or_else(|| {
            let (found, wanted) = pair("invalid value: ", ", expected ")?;
            Some(said::parser_invalid_value(found, wanted))
        })
        .or_else(|| {
            let (found, wanted) = pair("invalid length ", ", expected ")?;
            Some(said::parser_invalid_length(found, wanted))
        })
        .or_else(|| words.strip_prefix("EOF while parsing ").map(said::parser_end_of_input))
        .or_else(|| words.strip_prefix("expected ").map(said::parser_expected))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Given {
        count: u8,
        on: Option<bool>,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Up,
        Down,
    }

    #[test]
    fn every_word_of_the_parser_has_a_sentence() {
        for (json, code) in [
            (r#"{"cuont": 1}"#, "parser_unknown_field"),
            ("{}", "parser_missing_field"),
            (r#"{"count": 1, "count": 2}"#, "parser_duplicate_field"),
            (r#"{"count": "x"}"#, "parser_invalid_type"),
            (r#"{"count": 300}"#, "parser_invalid_value"),
            (r#"{"count": 1, "word": "left"}"#, "parser_unknown_variant"),
            (r#"{"count": 1"#, "parser_end_of_input"),
            (r#"{"count" 1}"#, "parser_expected"),
            (r#"{"count": 1} x"#, "parser_trailing_characters"),
            (r#"{"count": 1,}"#, "parser_trailing_comma"),
            ("{1: 2}", "parser_key_not_a_string"),
            ("{\"a\nb\": 2}", "parser_control_character"),
            (r#"{"a\q": 2}"#, "parser_invalid_escape"),
            (r#"{"count": 1.}"#, "parser_invalid_number"),
        ] {
            let error = serde_json::from_str::<Given>(json).unwrap_err();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let words = error.to_string();
            let words = words.strip_suffix(&place).unwrap_or(&words);
            let message = sentence(words);
            assert_eq!(message.code(), code, "{json}: {words}");
        }
        let error = serde_json::from_str::<serde_json::Value>(&"[".repeat(200)).unwrap_err().to_string();
        let (words, _) = error.split_once(" at line").unwrap();
        assert_eq!(sentence(words).code(), "parser_recursion_limit");
    }
}
