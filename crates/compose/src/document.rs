//! Prints compose files the way a person would write them: block style, no unnecessary quotes, short lists of words on
//! one line.

use std::fmt::Write as _;

mod scalar;

/// A value of a compose file, to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A key without a value.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number, as it should be written.
    Number(String),
    /// A text in which `$` starts an interpolation; see [`literal`].
    Text(String),
    /// A list of short texts on one line: `["a", "b"]`.
    Words(Vec<String>),
    /// A list, one entry per line.
    List(Vec<Item>),
    /// A mapping in its order.
    Map(Vec<(String, Item)>),
}

impl Item {
    /// A text without interpolation.
    pub fn literal(text: &str) -> Self {
        Self::Text(literal(text))
    }

    /// A mapping of the entries that have a value.
    pub fn map(entries: impl IntoIterator<Item = (&'static str, Option<Item>)>) -> Self {
        let said = entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Self::Map(said.collect())
    }
}

/// Escapes `text` for interpolation by doubling every `$`.
pub fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// The text of a file with these top-level entries.
pub fn print(entries: &[(String, Item)]) -> String {
    let mut out = String::new();
    for (index, (key, value)) in entries.iter().enumerate() {
        let section = matches!(value, Item::Map(inner) if !inner.is_empty());
        if index > 0 && section {
            out.push('\n');
        }
        entry(&mut out, 0, key, value);
    }
    out
}

/// The entry `key: value` in lines that are indented by `indent` spaces, to be put into a file.
pub(crate) fn fragment(key: &str, value: &Item, indent: usize) -> String {
    let mut out = String::new();
    entry(&mut out, 0, key, value);
    indented(&out, indent)
}

/// An item of a list, in the same way.
pub(crate) fn item_line(item: &Item, indent: usize) -> String {
    let mut out = String::new();
    list_item(&mut out, 0, item);
    indented(&out, indent)
}

fn indented(lines: &str, indent: usize) -> String {
    let indent = " ".repeat(indent);
    let indented = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
    lines.lines().map(indented).collect()
}

/// The value on one line, in brackets if it has parts.
pub fn flow(value: &Item) -> String {
    match value {
        Item::Null => "null".to_owned(),
        Item::Text(text) => scalar::in_brackets(text),
        Item::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Item::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Item::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}: {}", scalar::key(key), flow(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        other => inline(other).unwrap_or_default(),
    }
}

fn entry(out: &mut String, depth: usize, key: &str, value: &Item) {
    indent(out, depth);
    out.push_str(&scalar::key(key));
    out.push(':');
    after_colon(out, depth, value);
}

/// Prints the value after `key:`, up to the end of its last line.
fn after_colon(out: &mut String, depth: usize, value: &Item) {
    match value {
        Item::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            for (key, value) in entries {
                entry(out, depth + 1, key, value);
            }
        }
        Item::List(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                list_item(out, depth + 1, item);
            }
        }
        Item::Text(text) if scalar::fits_a_block(text) => {
            out.push_str(if text.ends_with('\n') { " |\n" } else { " |-\n" });
            for line in text.lines() {
                if !line.is_empty() {
                    indent(out, depth + 1);
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        _ => {
            if let Some(text) = inline(value) {
                out.push(' ');
                out.push_str(&text);
            }
            out.push('\n');
        }
    }
}

fn list_item(out: &mut String, depth: usize, item: &Item) {
    indent(out, depth);
    out.push('-');
    match item {
        Item::Map(entries) if !entries.is_empty() => {
            // The first entry follows the dash, the others are below it.
            for (index, (key, value)) in entries.iter().enumerate() {
                if index == 0 {
                    let _ = write!(out, " {}:", scalar::key(key));
                    after_colon(out, depth + 1, value);
                } else {
                    entry(out, depth + 1, key, value);
                }
            }
        }
        Item::List(items) if !items.is_empty() => {
            out.push('\n');
            for item in items {
                list_item(out, depth + 1, item);
            }
        }
        _ => {
            let _ = writeln!(out, " {}", inline(item).unwrap_or_else(|| "null".to_owned()));
        }
    }
}

/// A value on one line; `None` for null.
fn inline(value: &Item) -> Option<String> {
    Some(match value {
        Item::Null => return None,
        Item::Flag(flag) => flag.to_string(),
        Item::Number(number) => number.clone(),
        Item::Text(text) => scalar::block(text),
        Item::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| scalar::quoted(word)).collect();
            format!("[{}]", words.join(", "))
        }
        // Only empty lists and mappings get here.
        Item::List(_) => "[]".to_owned(),
        Item::Map(_) => "{}".to_owned(),
    })
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entries: Vec<(&str, Item)>, expected: &str) {
        let entries: Vec<_> = entries.into_iter().map(|(key, item)| (key.to_owned(), item)).collect();
        assert_eq!(print(&entries), expected);
    }

    #[test]
    fn output_reads_like_a_handwritten_file() {
        let web = Item::map([
            ("image", Some(Item::literal("nginx:1.27"))),
            ("command", Some(Item::Words(vec!["a".into(), "b c".into()]))),
            ("init", None),
            ("ports", Some(Item::List(vec![Item::literal("8080:80")]))),
            (
                "volumes",
                Some(Item::List(vec![Item::map([
                    ("type", Some(Item::literal("bind"))),
                    ("bind", Some(Item::map([("propagation", Some(Item::literal("rslave")))]))),
                ])])),
            ),
            (
                "environment",
                Some(Item::Map(vec![("A".into(), Item::Null), ("B".into(), Item::literal("$x"))])),
            ),
        ]);
        check(
            vec![
                ("name", Item::literal("shop")),
                ("services", Item::Map(vec![("web".into(), web)])),
                ("volumes", Item::Map(vec![("data".into(), Item::Null)])),
            ],
            "name: shop\n\nservices:\n  web:\n    image: nginx:1.27\n    command: [\"a\", \"b c\"]\n    ports:\n      - \"8080:80\"\n    volumes:\n      - type: bind\n        bind:\n          propagation: rslave\n    environment:\n      A:\n      B: $$x\n\nvolumes:\n  data:\n",
        );
    }

    #[test]
    fn texts_of_several_lines_are_blocks() {
        check(
            vec![
                ("a", Item::literal("x: 1\n\n  y\n")),
                ("b", Item::literal("x\ny")),
                ("c", Item::literal(" x\ny")),
            ],
            "a: |\n  x: 1\n\n    y\nb: |-\n  x\n  y\nc: \" x\\ny\"\n",
        );
    }

    #[test]
    fn a_value_in_brackets_is_on_one_line() {
        let value = Item::map([
            ("a", Some(Item::List(vec![Item::literal("x, y"), Item::Flag(true)]))),
            ("b", Some(Item::map([("c", Some(Item::Null))]))),
        ]);
        assert_eq!(flow(&value), "{ a: [\"x, y\", true], b: { c: null } }");
    }

    #[test]
    fn empty_lists_and_maps_are_printed() {
        check(vec![("a", Item::List(Vec::new())), ("b", Item::Map(Vec::new()))], "a: []\nb: {}\n");
    }
}
