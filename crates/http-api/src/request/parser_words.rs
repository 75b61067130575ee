//! The words of the JSON and query parsers as sentences of ours, which need no knowledge of the parsers, or of the language that they
//! are written in, and can be translated.

use core_monitor_message::Message;

use super::{moment, said};

/// How many characters of a number are shown as they are; a longer one is shown with an exponent.
const SHORT: usize = 16;

/// The sentence for what is wrong with the parameters of a query. Some are read `elsewhere`, and are among those that there are.
pub(super) fn of_parameters(words: &str, elsewhere: &[&str]) -> Message {
    if let Some((name, known)) = unknown(words, "unknown field `") {
        let elsewhere = elsewhere.iter().map(|name| format!("`{name}`"));
        let known = known.into_iter().chain(elsewhere).collect::<Vec<_>>().join(", ");
        return match known.matches(", ").count() {
            0 if known.is_empty() => said::query_takes_none(name),
            0 => said::query_takes_one(name, known),
            _ => said::query_unknown(name, known),
        };
    }
    let named = |prefix: &str| words.strip_prefix(prefix)?.strip_suffix('`');
    named("missing field `")
        .map(said::parameter_missing)
        .or_else(|| named("duplicate field `").map(said::query_twice))
        .unwrap_or_else(|| of_value(words))
}

/// The sentence for what is wrong with a value; the parser's own words if they are unknown, which are those of our own types.
pub(super) fn of_value(words: &str) -> Message {
    if words.starts_with("UUID parsing failed") {
        return said::has_to_be(said::value_uuid());
    }
    if let Some((_, known)) = unknown(words, "unknown variant `") {
        return said::has_to_be(said::value_one_of(known.unwrap_or_default()));
    }
    match words {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            said::has_to_be(said::value_whole_number())
        }
        "number too large to fit in target type" => said::query_number_too_large(),
        "number too small to fit in target type" => said::query_number_too_small(),
        "provided string was not `true` or `false`" => said::has_to_be(said::value_true_or_false()),
        "invalid float literal" | "cannot parse float from empty string" => {
            said::has_to_be(said::value_number())
        }
        other => Message::foreign(other),
    }
}

/// The sentence for what is wrong with a JSON body, at this field.
pub(super) fn of_body(words: &str, field: Option<&str>) -> Message {
    syntax(words)
        .or_else(|| of_fields(words))
        .or_else(|| of_type(words, field))
        .unwrap_or_else(|| Message::foreign(words))
}

fn syntax(words: &str) -> Option<Message> {
    Some(match words {
        "trailing characters" => said::parser_trailing_characters(),
        "trailing comma" => said::parser_trailing_comma(),
        "key must be a string" => said::parser_key_not_a_string(),
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            said::parser_control_character()
        }
        "invalid escape"
        | "invalid unicode code point"
        | "lone leading surrogate in hex escape"
        | "unexpected end of hex escape" => said::parser_invalid_escape(),
        "invalid number" => said::parser_invalid_number(),
        "number out of range" => said::query_number_too_large(),
        "recursion limit exceeded" => said::parser_recursion_limit(),
        "expected ident" | "expected value" => said::parser_no_value(),
        _ => {
            let expected = |what: &str| Some(said::parser_expected(what.replace("` or `", "` or a `")));
            return words.strip_prefix("EOF while parsing ").map(said::parser_end_of_input).or_else(|| {
                words.strip_prefix("expected ").filter(|what| what.starts_with('`')).and_then(expected)
            });
        }
    })
}

fn of_fields(words: &str) -> Option<Message> {
    let named = |prefix: &str| words.strip_prefix(prefix)?.strip_suffix('`');
    if let Some((field, known)) = unknown(words, "unknown field `") {
        return Some(match known {
            Some(known) if !known.contains(", ") => said::parser_field_not_the_one(field, known),
            Some(known) => said::parser_unknown_field(field, known),
            None => said::parser_unknown_field_alone(field),
        });
    }
    named("missing field `")
        .map(said::parser_missing_field)
        .or_else(|| named("duplicate field `").map(said::parser_duplicate_field))
        .or_else(|| named("duplicate key `").map(said::parser_duplicate_key))
}

fn of_type(words: &str, field: Option<&str>) -> Option<Message> {
    let (found, wanted) = if let Some((word, known)) = unknown(words, "unknown variant `") {
        (said::value_shown(word), said::value_one_of(known.unwrap_or_default()))
    } else if words.starts_with("UUID parsing failed") {
        (said::value_other(), said::value_uuid())
    } else {
        let pair = |prefix: &str| words.strip_prefix(prefix)?.split_once(", expected ");
        if let Some((found, expected)) = pair("invalid type: ") {
            (fraction(found, expected).unwrap_or_else(|| kind(found)), wanted(expected))
        } else if let Some((found, expected)) = pair("invalid value: ") {
            let shown = found.split_once('`').and_then(|(_, rest)| rest.strip_suffix('`'));
            (shown.map_or_else(|| kind(found), said::value_shown), wanted(expected))
        } else {
            let (length, expected) = pair("invalid length ")?;
            (said::value_of_length(length), wanted(expected))
        }
    };
    Some(match field {
        Some(field) => said::field_has_to_be(field, wanted, found),
        None => said::this_has_to_be(wanted, found),
    })
}

/// A number that the parser takes for one with a fraction, where one without is wanted: its kind alone would not say what is wrong.
fn fraction(found: &str, type_name: &str) -> Option<Message> {
    let text = found.strip_prefix("floating point `")?.strip_suffix('`')?;
    let whole = matches!(type_name.strip_prefix(['u', 'i'])?, "8" | "16" | "32" | "64" | "128" | "size");
    let number = text.parse::<f64>().ok().filter(|_| whole)?;
    let is_short = text.len() <= SHORT && !text.contains('e');
    Some(if is_short { said::value_shown(text) } else { said::value_shown(format!("{number:e}")) })
}

/// What there is, in the words of JSON.
fn kind(found: &str) -> Message {
    match found.split(' ').next().unwrap_or_default() {
        "string" | "character" => said::value_string(),
        "integer" | "floating" | "number" => said::value_number(),
        "boolean" => said::value_true_or_false(),
        "null" | "unit" => said::value_null(),
        "sequence" => said::value_list(),
        "map" => said::value_object(),
        _ => said::value_other(),
    }
}

/// What there should be, in the words of JSON. What our own types expect is in such words already.
fn wanted(kind: &str) -> Message {
    match kind {
        "a sequence" => said::value_list(),
        "a map" => said::value_object(),
        "a string" | "a borrowed string" | "a character" | "string or map" => said::value_string(),
        "a boolean" => said::value_true_or_false(),
        "u8" => said::value_up_to(u8::MAX),
        "u16" => said::value_up_to(u16::MAX),
        "u32" => said::value_up_to(u32::MAX),
        "u64" | "usize" | "u128" => said::value_whole_number(),
        "i8" | "i16" | "i32" | "i64" | "isize" => said::value_integer(),
        "f32" | "f64" => said::value_number(),
        other if other.starts_with("struct ") => said::value_object(),
        other if other.contains("UUID") => said::value_uuid(),
        moment::TIME => said::value_time(),
        other => Message::foreign(other),
    }
}

/// The name after the prefix, and those that there are, as a list. `None` instead of the list if there are none.
fn unknown<'w>(words: &'w str, prefix: &str) -> Option<(&'w str, Option<String>)> {
    let rest = words.strip_prefix(prefix)?;
    let (name, rest) = rest.split_once("`, expected ").or_else(|| rest.split_once("`, there are no "))?;
    let known = rest.starts_with('`') || rest.starts_with("one of `");
    let known = known.then(|| rest.trim_start_matches("one of ").replace("` or `", "`, `"));
    Some((name, known))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Given {
        count: u8,
        size: Option<u64>,
        share: Option<f64>,
        on: Option<bool>,
        word: Option<Word>,
        id: Option<uuid::Uuid>,
        list: Option<Vec<String>>,
        map: Option<BTreeMap<String, String>>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {}

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Up,
        Down,
    }

    fn said_of(json: &str) -> Message {
        let error = serde_json::from_str::<Given>(json).unwrap_err();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let words = error.to_string();
        let field = super::super::json_place::field_at(json.as_bytes(), error.line(), error.column());
        of_body(words.strip_suffix(&place).unwrap_or(&words), field.as_deref())
    }

    #[test]
    fn the_only_field_is_called_the_only_one() {
        let said = of_body("unknown field `tags`, expected `tag`", None);
        assert_eq!(said.to_string(), "there is no field `tags`; the only field is `tag`");
    }

    #[test]
    fn every_word_of_the_parser_has_a_sentence() {
        for (json, text) in [
            (
                r#"{"cuont": 1}"#,
                "there is no field `cuont`; the fields are `count`, `size`, `share`, `on`, `word`, `id`, `list`, `map`, `inner`",
            ),
            (r#"{"inner": {"x": 1}}"#, "there is no field `x`: nothing belongs into this object"),
            ("{}", "the field `count` is missing"),
            (r#"{"count": 1, "count": 2}"#, "the field `count` is there twice"),
            (r#"{"count": "x"}"#, "`count` has to be a whole number from 0 to 255, but is a string"),
            (r#"{"count": 300}"#, "`count` has to be a whole number from 0 to 255, but is `300`"),
            (r#"{"size": -1}"#, "`size` has to be a whole number of at least 0, but is `-1`"),
            (r#"{"size": 1.5}"#, "`size` has to be a whole number of at least 0, but is `1.5`"),
            (r#"{"size": 1e18}"#, "`size` has to be a whole number of at least 0, but is `1e18`"),
            (
                r#"{"size": 99999999999999999999}"#,
                "`size` has to be a whole number of at least 0, but is `1e20`",
            ),
            (r#"{"share": []}"#, "`share` has to be a number, but is a list"),
            (r#"{"on": 1}"#, "`on` has to be `true` or `false`, but is a number"),
            (r#"{"count": null}"#, "`count` has to be a whole number from 0 to 255, but is null"),
            (r#"{"word": "left"}"#, "`word` has to be one of `up`, `down`, but is `left`"),
            (r#"{"list": "ls -l"}"#, "`list` has to be a list, but is a string"),
            (r#"{"list": ["a", 1]}"#, "`list[1]` has to be a string, but is a number"),
            (r#"{"map": {"a": {}}}"#, "`map.a` has to be a string, but is an object"),
            (r#"{"map": true}"#, "`map` has to be an object, but is `true` or `false`"),
            (
                r#"{"id": "foo"}"#,
                "`id` has to be a UUID, such as `0194f1c2-8e6a-7c11-b1d2-3f0c5a9e7d10`, but is something else",
            ),
            (r#"{"count": 1"#, "it ends in the middle of an object"),
            (r#"{"count" 1}"#, "here has to be a `:`"),
            (r#"{"count": 1 "size": 2}"#, "here has to be a `,` or a `}`"),
            ("not json", "this is no JSON value: strings stand in double quotes"),
            (r#"{"count": yes}"#, "this is no JSON value: strings stand in double quotes"),
            (r#"{"count": 1} x"#, "more text follows its end"),
            (r#"{"count": 1,}"#, "nothing follows the last comma"),
            ("{1: 2}", "a key must be a string in quotes"),
            ("{\"a\nb\": 2}", "a string contains a control character, which has to be escaped"),
            (r#"{"a\q": 2}"#, "a string contains an invalid escape"),
            (r#"{"a\ud800": 2}"#, "a string contains an invalid escape"),
            (r#"{"count": 1.}"#, "invalid number"),
            (r#"{"count": 1e999}"#, "the number is too large"),
        ] {
            assert_eq!(said_of(json).text(), text, "{json}");
        }
        let error = serde_json::from_str::<serde_json::Value>(&"[".repeat(200)).unwrap_err().to_string();
        let (words, _) = error.split_once(" at line").unwrap();
        assert_eq!(of_body(words, None).code(), "parser_recursion_limit");
    }

    #[test]
    fn parameters_that_are_read_elsewhere_are_named_too() {
        let check = |words: &str, elsewhere: &[&str], expected: &str| {
            assert_eq!(of_parameters(words, elsewhere).text(), expected);
        };
        check("unknown field `x`, expected `a`", &[], "there is no parameter `x`; the only parameter is `a`");
        check(
            "unknown field `x`, expected `a` or `b`",
            &["c"],
            "there is no parameter `x`; the parameters are `a`, `b`, `c`",
        );
        check(
            "unknown field `x`, there are no fields",
            &[],
            "there is no parameter `x`; there are none here",
        );
        check("missing field `a`", &[], "the parameter `a` is missing");
    }
}
