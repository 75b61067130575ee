//! Single stages, for the fuzz targets in `fuzz/`. Not part of the public interface of this crate.
//!
//! Each function runs one stage on arbitrary input, and panics if the stage violates one of its invariants.

use crate::interpolate::expand;
use crate::model::{Bytes, Duration};
use crate::report::Report;
use crate::yaml::{Budget, Node, Value, parse};
use crate::{Diagnostic, Limits, ProjectFiles, Span, canonical, document, env_file};

/// Variables available to the input.
fn lookup(name: &str) -> Option<String> {
    match name {
        "A" => Some("value of a".to_owned()),
        "EMPTY" => Some(String::new()),
        "DOLLAR" => Some("$A ${A:-x}".to_owned()),
        _ => None,
    }
}

/// Parsing, anchors, merge keys and scalars. Every node has a position in the file.
pub fn yaml(text: &str) {
    let limits = Limits { nodes: 20_000, alias_nodes: 20_000, merged_entries: 20_000, ..Limits::default() };
    let report = Report::new(limits.errors);
    let file = report.add_file("compose.yml");
    let documents = parse(text, file, &limits, &mut Budget::new(&limits), &report);
    let files = ProjectFiles::single("compose.yml", text);
    for document in &documents {
        each(document, &mut |node| inside(&files, &report.span(node.mark)));
    }
    let (errors, warnings) = report.finish();
    spans(&files, errors.iter().chain(&warnings));
}

fn each(node: &Node, visit: &mut impl FnMut(&Node)) {
    visit(node);
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| each(item, visit)),
        Value::Mapping(entries) => entries.values().for_each(|entry| each(&entry.value, visit)),
        _ => {}
    }
}

/// Interpolation. Text without `$` is unchanged, `$$` becomes `$`, and the result never exceeds the limit.
pub fn interpolation(text: &str) {
    const MAX_BYTES: usize = 1 << 16;
    let expanded = expand(text, MAX_BYTES, &lookup).map(|expanded| expanded.text);
    if let Ok(expanded) = &expanded {
        assert!(expanded.len() <= MAX_BYTES, "the result is within the limit");
    }
    if !text.contains('$') && text.len() <= MAX_BYTES {
        assert_eq!(expanded.as_deref(), Ok(text), "a text without variables is unchanged");
    }
    if text.len() <= MAX_BYTES {
        let literal = expand(&document::literal(text), MAX_BYTES, &lookup).map(|expanded| expanded.text);
        assert_eq!(literal.as_deref(), Ok(text), "an escaped text expands to itself");
    }
}

/// Env files, in both formats.
pub fn env_file(text: &str) {
    const MAX_BYTES: usize = 1 << 16;
    if let Ok(parsed) = env_file::parse(text, MAX_BYTES, &lookup, &|_| None) {
        for (name, _) in &parsed.variables {
            assert!(!name.is_empty() && !name.contains('\n'), "a name is one word: {name:?}");
        }
        // Values in single quotes are literal, so parsed variables can be printed and parsed again.
        let plain = |text: &str| !text.contains(['\'', '\\', '\r']);
        if parsed.variables.iter().all(|(_, value)| plain(value)) {
            let lines = parsed.variables.iter().map(|(name, value)| format!("{name}='{value}'\n"));
            let again = env_file::parse(&lines.collect::<String>(), MAX_BYTES, &|_| None, &|_| None);
            assert_eq!(
                again.map(|again| again.variables),
                Ok(parsed.variables),
                "printed variables parse to the same variables"
            );
        }
    }
    if let Ok(parsed) = env_file::parse_raw(text, &lookup) {
        assert!(parsed.variables.iter().all(|(name, value)| !name.is_empty() && !value.contains('\n')));
    }
}

/// Command splitting. Quoted words split back into the same words.
pub fn command(text: &str) {
    let Ok(words) = canonical::fuzzing::split(text) else { return };
    let quoted: Vec<String> = words.iter().filter_map(|word| quote(word)).collect();
    if quoted.len() == words.len() {
        assert_eq!(
            canonical::fuzzing::split(&quoted.join(" ")).as_ref(),
            Ok(&words),
            "quoted words are unchanged"
        );
    }
}

/// A word in single quotes; `None` if it cannot be quoted that way.
fn quote(word: &str) -> Option<String> {
    let fits = !word.contains(['\'', '\\', '(', ')', '`']);
    fits.then(|| format!("'{word}'"))
}

/// A port in short form. A range gives one port for each number.
pub fn port(text: &str) {
    let Ok(ports) = canonical::fuzzing::port(text) else { return };
    assert!(!ports.is_empty() && ports.len() <= 65_536, "the number of ports is bounded");
    for port in &ports {
        assert!(port.target > 0, "a container port is not 0");
        let stored = serde_json::to_string(port).unwrap_or_default();
        assert_eq!(serde_json::from_str(&stored).ok().as_ref(), Some(port), "a port can be stored");
    }
}

/// A mount in short form.
pub fn mount(text: &str) {
    let Ok(mount) = canonical::fuzzing::mount(text) else { return };
    assert!(!mount.target.is_empty(), "a mount has a target");
    let stored = serde_json::to_string(&mount).unwrap_or_default();
    assert_eq!(serde_json::from_str(&stored).ok(), Some(mount), "a mount can be stored");
}

/// Durations and sizes. A printed value parses to the same value.
pub fn units(text: &str) {
    if let Ok(duration) = text.parse::<Duration>() {
        assert_eq!(duration.to_string().parse(), Ok(duration), "a printed duration parses to the same value");
    }
    if let Ok(bytes) = text.parse::<Bytes>() {
        assert_eq!(bytes.to_string().parse(), Ok(bytes), "a printed size parses to the same value");
    }
}

/// Every diagnostic has a position inside its file.
pub fn spans<'a>(files: &ProjectFiles, diagnostics: impl Iterator<Item = &'a Diagnostic>) {
    for diagnostic in diagnostics {
        if let Some(span) = &diagnostic.span {
            inside(files, span);
        }
    }
}

/// Checks that a position exists: on a line of the file, or at its end.
pub fn inside(files: &ProjectFiles, span: &Span) {
    let Some(bytes) = files.get(&span.file) else {
        panic!("{span} is not in any file");
    };
    let text = String::from_utf8_lossy(bytes);
    let breaks = text.split('\n').map(|line| line.split('\r').count()).sum::<usize>();
    let line = usize::try_from(span.line).unwrap_or(usize::MAX);
    assert!((1..=breaks).contains(&line), "{span} is past the end of {breaks} lines");
    assert!(span.column >= 1 && span.length >= 1, "{span} has a width");
    // The parser keeps counting columns after a lone carriage return inside a word.
    let longest = text.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
    let column = usize::try_from(span.column).unwrap_or(usize::MAX);
    assert!(column <= longest + 1, "{span} is past the end of every line");
}
