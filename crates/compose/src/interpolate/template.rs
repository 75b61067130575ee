//! Expands `$NAME`, `${NAME}`, `${NAME:-default}` and related forms.

use core_monitor_message::Message;
use indexmap::IndexSet;

use crate::said;

/// Operands nested more deeply than this are rejected.
const MAX_DEPTH: usize = 32;

/// Why a text cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expansion {
    Format(String),
    Depth(String),
    TooLong,
    Required { name: String, reason: String },
}

impl Expansion {
    /// The reason, for people.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Format(text) => said::interpolation_format(text),
            Self::Depth(text) => said::interpolation_too_deep(text),
            Self::TooLong => said::expansion_too_long(),
            Self::Required { name, reason } if reason.is_empty() => said::required_variable_unset(name),
            Self::Required { name, reason } => said::required_variable_unset_because(name, reason),
        }
    }
}

/// The expanded text and the names of unset variables.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Expanded {
    pub(crate) text: String,
    pub(crate) unset: IndexSet<String>,
    max_bytes: usize,
}

impl Expanded {
    fn push(&mut self, text: &str) -> Result<(), Expansion> {
        if self.text.len() + text.len() > self.max_bytes {
            return Err(Expansion::TooLong);
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// Expands the variables of `text` to at most `max_bytes` bytes. A `$` that starts neither a name nor a brace stands for
/// itself.
pub(crate) fn expand(
    text: &str,
    max_bytes: usize,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Expanded, Expansion> {
    let mut expanded = Expanded { max_bytes, ..Expanded::default() };
    expand_into(text, lookup, 0, &mut expanded)?;
    Ok(expanded)
}

fn expand_into(
    text: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    depth: usize,
    out: &mut Expanded,
) -> Result<(), Expansion> {
    if depth > MAX_DEPTH {
        return Err(Expansion::Depth(excerpt(text)));
    }
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push(&rest[..at])?;
        let after = &rest[at + 1..];
        match after.as_bytes().first() {
            Some(b'$') => {
                out.push("$")?;
                rest = &after[1..];
            }
            Some(b'{') => {
                let Some(end) = closing_brace(&after[1..]) else {
                    return Err(Expansion::Format(excerpt(&rest[at..])));
                };
                braced(&after[1..=end], lookup, depth, out)?;
                rest = &after[end + 2..];
            }
            Some(byte) if is_name_start(*byte) => {
                let length = name_length(after);
                plain(&after[..length], lookup, out)?;
                rest = &after[length..];
            }
            _ => {
                out.push("$")?;
                rest = after;
            }
        }
    }
    out.push(rest)
}

fn plain(name: &str, lookup: &dyn Fn(&str) -> Option<String>, out: &mut Expanded) -> Result<(), Expansion> {
    if let Some(value) = lookup(name) {
        return out.push(&value);
    }
    out.unset.insert(name.to_owned());
    Ok(())
}

/// Expands the text between the braces.
fn braced(
    inner: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
    depth: usize,
    out: &mut Expanded,
) -> Result<(), Expansion> {
    let length = name_length(inner);
    let (name, rest) = inner.split_at(length);
    let operator = if rest.starts_with(':') { rest.get(..2) } else { rest.get(..1) };
    let Some(operator) = operator else {
        return if rest.is_empty() && length > 0 {
            plain(name, lookup, out)
        } else {
            Err(Expansion::Format(excerpt(&format!("${{{inner}}}"))))
        };
    };
    if length == 0 || !matches!(operator, ":-" | "-" | ":+" | "+" | ":?" | "?") {
        return Err(Expansion::Format(excerpt(&format!("${{{inner}}}"))));
    }
    // The operand is expanded even when it is not used: a `:?` in it counts.
    let mut operand = Expanded { max_bytes: out.max_bytes, ..Expanded::default() };
    expand_into(&rest[operator.len()..], lookup, depth + 1, &mut operand)?;
    let value = lookup(name);
    let counts_as_set = match (&value, operator.starts_with(':')) {
        (Some(value), true) => !value.is_empty(),
        (value, false) => value.is_some(),
        (None, true) => false,
    };
    let used = match operator.trim_start_matches(':') {
        "-" if counts_as_set => value.unwrap_or_default(),
        "+" if !counts_as_set => String::new(),
        "-" | "+" => operand.text,
        _ if counts_as_set => value.unwrap_or_default(),
        _ => return Err(Expansion::Required { name: name.to_owned(), reason: operand.text }),
    };
    out.push(&used)?;
    out.unset.extend(operand.unset);
    Ok(())
}

/// Offset of the closing brace, skipping nested `${`.
fn closing_brace(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut at) = (1, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'}' => {
                open -= 1;
                if open == 0 {
                    return Some(at);
                }
            }
            b'$' if bytes.get(at + 1) == Some(&b'{') => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_name_start(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic()
}

fn name_length(text: &str) -> usize {
    match text.bytes().next() {
        Some(first) if is_name_start(first) => {
            text.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count()
        }
        _ => 0,
    }
}

/// The start of a text, enough to recognise it. The text comes from the file, never from a variable.
fn excerpt(text: &str) -> String {
    const MAX_CHARS: usize = 40;
    let short: String = text.chars().take(MAX_CHARS).collect();
    if short.len() < text.len() { format!("{short}...") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        let lookup = |name: &str| match name {
            "A" => Some("aval".to_owned()),
            "EMPTY" => Some(String::new()),
            "DOLLAR" => Some("$A".to_owned()),
            _ => None,
        };
        match expand(text, 1000, &lookup) {
            Ok(expanded) if expanded.unset.is_empty() => expanded.text,
            Ok(expanded) => format!(
                "{} (unset: {})",
                expanded.text,
                expanded.unset.into_iter().collect::<Vec<_>>().join(" ")
            ),
            Err(error) => format!("error: {}", error.message()),
        }
    }

    #[test]
    fn every_form_has_its_meaning() {
        assert_eq!(check("$A-${A}-$Ab"), "aval-aval- (unset: Ab)");
        assert_eq!(check("${A:-d} ${EMPTY:-d} ${NOPE:-d}"), "aval d d");
        assert_eq!(check("${A-d} ${EMPTY-d} ${NOPE-d}"), "aval  d");
        assert_eq!(check("${A:+x} ${EMPTY:+x} ${NOPE:+x}"), "x  ");
        assert_eq!(check("${A+x} ${EMPTY+x} ${NOPE+x}"), "x x ");
        assert_eq!(check("${A:?e} ${EMPTY?e}"), "aval ");
        assert_eq!(check("${NOPE:-http://h:80/p?q=1&r=a-b}"), "http://h:80/p?q=1&r=a-b");
    }

    #[test]
    fn other_dollars_are_kept() {
        assert_eq!(check("cost $5, $ x, $(cmd), end $"), "cost $5, $ x, $(cmd), end $");
        assert_eq!(check("$$A $${A} $$$A"), "$A ${A} $aval");
        assert_eq!(check("$DOLLAR"), "$A");
    }

    #[test]
    fn operands_nest() {
        assert_eq!(check("${NOPE:-${A}-${NOPE2:-deep}}tail"), "aval-deeptail");
        assert_eq!(check("${NOPE:-pre$A}}"), "preaval}");
    }

    #[test]
    fn unused_operands_are_still_expanded() {
        assert_eq!(check("${A:-${NOPE:?why}}"), "error: required variable `NOPE` has no value: why");
    }

    #[test]
    fn invalid_forms_are_rejected() {
        assert_eq!(check("${}"), "error: invalid interpolation `${}`");
        assert_eq!(check("${A.b}"), "error: invalid interpolation `${A.b}`");
        assert_eq!(check("x ${A"), "error: invalid interpolation `${A`");
        assert_eq!(check("${1A}"), "error: invalid interpolation `${1A}`");
        assert_eq!(check("${EMPTY:?}"), "error: required variable `EMPTY` has no value");
        assert_eq!(check("${NOPE?set it}"), "error: required variable `NOPE` has no value: set it");
    }

    #[test]
    fn overlong_text_is_rejected() {
        assert_eq!(check(&"$A".repeat(300)), "error: the expanded text is too long");
    }

    #[test]
    fn deep_nesting_is_rejected() {
        let text = format!("{}x{}", "${N:-".repeat(5000), "}".repeat(5000));
        assert_eq!(
            check(&text),
            "error: interpolation `${N:-${N:-${N:-${N:-${N:-${N:-${N:-${N:-...` is nested too deeply"
        );
    }
}
