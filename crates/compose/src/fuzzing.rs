//! The stages one by one, for the fuzz targets in `fuzz/`. No part of the interface of this crate.
//!
//! Each function runs one stage on input it would never get from a person, and panics when a law of that stage does not
//! hold.

use crate::interpolate::expand;
use crate::model::{Bytes, Duration};
use crate::report::Report;
use crate::yaml::{Budget, Node, Value, parse};
use crate::{Diagnostic, Limits, ProjectFiles, Span, canonical, document, env_file};

/// Variables that texts may name.
fn lookup(name: &str) -> Option<String> {
    match name {
        "A" => Some("value of a".to_owned()),
        "EMPTY" => Some(String::new()),
        "DOLLAR" => Some("$A ${A:-x}".to_owned()),
        _ => None,
    }
}

/// Parsing, anchors, merge keys and scalars. Every node stands in the file.
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

/// Variables in a text. What has no `$` stays, a doubled one is one, and the answer is never longer than allowed.
pub fn interpolation(text: &str) {
    const LONGEST: usize = 1 << 16;
    let expanded = expand(text, LONGEST, &lookup).map(|expanded| expanded.text);
    if let Ok(expanded) = &expanded {
        assert!(expanded.len() <= LONGEST, "no more than was allowed");
    }
    if !text.contains('$') && text.len() <= LONGEST {
        assert_eq!(expanded.as_deref(), Ok(text), "a text without variables stays");
    }
    if text.len() <= LONGEST {
        let literal = expand(&document::literal(text), LONGEST, &lookup).map(|expanded| expanded.text);
        assert_eq!(literal.as_deref(), Ok(text), "a literal text means itself");
    }
}

/// The language of env files, in both formats.
pub fn env_file(text: &str) {
    const LONGEST: usize = 1 << 16;
    if let Ok(parsed) = env_file::parse(text, LONGEST, &lookup, &|_| None) {
        for (name, _) in &parsed.variables {
            assert!(!name.is_empty() && !name.contains('\n'), "a name is one word: {name:?}");
        }
        // Values in single quotes are taken as they are, so what was read can be written down and read again.
        let plain = |text: &str| !text.contains(['\'', '\\', '\r']);
        if parsed.variables.iter().all(|(_, value)| plain(value)) {
            let lines = parsed.variables.iter().map(|(name, value)| format!("{name}='{value}'\n"));
            let again = env_file::parse(&lines.collect::<String>(), LONGEST, &|_| None, &|_| None);
            assert_eq!(
                again.map(|again| again.variables),
                Ok(parsed.variables),
                "what was read is read again"
            );
        }
    }
    if let Ok(parsed) = env_file::parse_raw(text, &lookup) {
        assert!(parsed.variables.iter().all(|(name, value)| !name.is_empty() && !value.contains('\n')));
    }
}

/// Splitting of a command. Words put in quotes and split again stay the same.
pub fn command(text: &str) {
    let Ok(words) = canonical::fuzzing::split(text) else { return };
    let quoted: Vec<String> = words.iter().filter_map(|word| quote(word)).collect();
    if quoted.len() == words.len() {
        assert_eq!(canonical::fuzzing::split(&quoted.join(" ")).as_ref(), Ok(&words), "quoted words stay");
    }
}

/// A word in single quotes; `None` for one that cannot stand in them.
fn quote(word: &str) -> Option<String> {
    let fits = !word.contains(['\'', '\\', '(', ')', '`']);
    fits.then(|| format!("'{word}'"))
}

/// A port in short form. Ranges make as many ports as they are long, each with its target.
pub fn port(text: &str) {
    let Ok(ports) = canonical::fuzzing::port(text) else { return };
    assert!(!ports.is_empty() && ports.len() <= 65_536, "a range has an end");
    for port in &ports {
        assert!(port.target > 0, "a container port is a port");
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

/// Durations and sizes. What is printed means the same.
pub fn units(text: &str) {
    if let Ok(duration) = text.parse::<Duration>() {
        assert_eq!(duration.to_string().parse(), Ok(duration), "a printed duration means the same");
    }
    if let Ok(bytes) = text.parse::<Bytes>() {
        assert_eq!(bytes.to_string().parse(), Ok(bytes), "a printed size means the same");
    }
}

/// Every diagnostic stands in its file.
pub fn spans<'a>(files: &ProjectFiles, diagnostics: impl Iterator<Item = &'a Diagnostic>) {
    for diagnostic in diagnostics {
        if let Some(span) = &diagnostic.span {
            inside(files, span);
        }
    }
}

/// A place that a reader can go to: a line of the file, or the end behind the last one.
pub fn inside(files: &ProjectFiles, span: &Span) {
    let Some(bytes) = files.get(&span.file) else {
        panic!("{span} is in no file");
    };
    let text = String::from_utf8_lossy(bytes);
    let breaks = text.split('\n').map(|line| line.split('\r').count()).sum::<usize>();
    let line = usize::try_from(span.line).unwrap_or(usize::MAX);
    assert!((1..=breaks).contains(&line), "{span} is behind the end of {breaks} lines");
    assert!(span.column >= 1 && span.length >= 1, "{span} has a width");
    // The parser goes on counting columns behind a lone carriage return inside a word.
    let longest = text.split('\n').map(|line| line.chars().count()).max().unwrap_or(0);
    let column = usize::try_from(span.column).unwrap_or(usize::MAX);
    assert!(column <= longest + 1, "{span} is right of every line");
}
