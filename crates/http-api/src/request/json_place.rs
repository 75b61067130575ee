//! Where in a JSON document a parser gave up: it says the line and the column, a person looks for the field.

/// Maximum number of characters of a place in an error.
const SHOWN: usize = 100;

enum Level {
    /// In an object, at the value of this field.
    Object(Option<String>),
    /// In a list, at the entry with this index.
    List(usize),
}

/// The field that was read last, such as `named.images[2]`, of a document of which the parser took these lines and bytes of a line.
/// `None` outside of every field.
pub(super) fn field_at(document: &[u8], line: usize, column: usize) -> Option<String> {
    let before = document.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1));
    let taken = before.map(<[u8]>::len).sum::<usize>() + column;
    let taken = document.get(..taken).unwrap_or(document);
    shown(&levels(taken))
}

fn levels(taken: &[u8]) -> Vec<Level> {
    let (mut levels, mut at, mut is_key) = (Vec::new(), 0, false);
    while let Some(byte) = taken.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(taken, at);
                if let Some(Level::Object(key)) = levels.last_mut().filter(|_| is_key) {
                    *key = taken.get(at..end).and_then(|text| serde_json::from_slice(text).ok());
                    is_key = false;
                }
                at = end;
                continue;
            }
            b'{' => {
                levels.push(Level::Object(None));
                is_key = true;
            }
            b'[' => {
                levels.push(Level::List(0));
                is_key = false;
            }
            b'}' | b']' => {
                levels.pop();
                is_key = false;
            }
            b',' => match levels.last_mut() {
                Some(Level::List(index)) => *index += 1,
                _ => is_key = true,
            },
            _ => {}
        }
        at += 1;
    }
    // What has only been opened is the value itself.
    if taken.trim_ascii_end().ends_with(b"[") || taken.trim_ascii_end().ends_with(b"{") {
        levels.pop();
    }
    levels
}

/// Behind the closing quote of a string that begins here.
fn end_of_string(text: &[u8], begin: usize) -> usize {
    let mut at = begin + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn shown(levels: &[Level]) -> Option<String> {
    let mut place = String::new();
    for level in levels {
        match level {
            Level::Object(Some(key)) => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.extend(key.escape_debug().take(SHOWN));
            }
            Level::Object(None) => {}
            Level::List(index) => {
                place.push('[');
                place.push_str(&index.to_string());
                place.push(']');
            }
        }
        if place.len() > SHOWN {
            break;
        }
    }
    let place: String = place.chars().take(SHOWN).collect();
    (!place.is_empty()).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_the_one_that_was_read_last() {
        let check = |taken: &str, expected: Option<&str>| {
            let (line, last) = (taken.lines().count(), taken.lines().last().unwrap_or_default());
            let rest = format!("{taken}, \"later\": [1, {{\"x\": 2}}]");
            assert_eq!(field_at(rest.as_bytes(), line, last.len()).as_deref(), expected, "{taken}");
        };
        check(r#"{"command": "ls -l""#, Some("command"));
        check(r#"{"a": {"b": 1}, "command": ["x", -1"#, Some("command[1]"));
        check("{\n  \"named\": {\n    \"images\": 5", Some("named.images"));
        check(r#"{"command": ["#, Some("command"));
        check(r#"{"command": {"#, Some("command"));
        check(r#"{"a\"],b": [[], ["{"], 1"#, Some("a\\\"],b[2]"));
        check("[[1, 2], 3", Some("[1]"));
        check("5", None);
        check("{", None);
    }

    #[test]
    fn what_is_broken_or_deep_has_a_short_place() {
        for text in ["\"", "\"\\", "{\"a\":\"\\", "]]}}", ",", "{,", "{\"a"] {
            field_at(text.as_bytes(), 1, text.len());
            field_at(text.as_bytes(), 9, 9);
        }
        let deep = "{\"key\":".repeat(100_000);
        assert!(field_at(deep.as_bytes(), 1, deep.len()).unwrap().len() <= SHOWN);
    }
}
