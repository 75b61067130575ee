//! Secret variables of a definition: read with markers, and only where their values stay hidden.
//!
//! The definition is loaded with a marker in place of each value. If the values are known, it is loaded with them too: the
//! stored model with values in place of markers must be exactly that model. A container therefore gets what it would get
//! from a plain variable, or the definition is refused.

use core_monitor_compose::{
    Diagnostic, Finding, LintReport, LoadOptions, Loaded, Project, ProjectFiles, Rejected, Span, load,
};
use core_monitor_domain::secret_variable::{OpenedSecrets, is_marked, masked};
use core_monitor_domain::stack_version::{Source, SourceSecret};
use core_monitor_message::Message;
use serde_json::Value;

use super::places::places;
use super::{Issue, NOT_APPLICABLE, RefusedDefinition};
use crate::server::said;

/// An error about secret variables.
pub(in crate::server) fn secret_issue(message: Message, hint: Option<Message>, span: Option<Span>) -> Issue {
    Issue { code: NOT_APPLICABLE.to_owned(), message, expected: None, hint, span }
}

/// The variables that stand for secrets while a definition is read.
pub(super) fn markers(source: &Source) -> impl Iterator<Item = (String, String)> {
    source
        .secrets
        .iter()
        .map(|SourceSecret { reference, .. }| (reference.name.to_string(), reference.marker()))
}

/// The values, if all of them are known.
fn values(source: &Source) -> Option<OpenedSecrets> {
    let mut opened = OpenedSecrets::default();
    for SourceSecret { reference, value } in &source.secrets {
        opened.insert(reference.clone(), value.clone()?);
    }
    Some(opened)
}

/// Reads the same definition with values in place of markers. Nothing of the result may be shown.
fn load_values(
    files: &ProjectFiles,
    options: &LoadOptions,
    opened: &OpenedSecrets,
) -> Result<Loaded, Rejected> {
    let mut options = options.clone();
    for value in options.variables.values_mut() {
        if let Ok(revealed) = opened.reveal(value) {
            *value = revealed;
        }
    }
    load(files, &options)
}

/// A definition that was rejected with markers: says so where only the marker is to blame.
pub(super) fn refused(
    source: &Source,
    files: &ProjectFiles,
    options: &LoadOptions,
    rejected: Rejected,
) -> RefusedDefinition {
    if source.secrets.is_empty() {
        return rejected.into();
    }
    let with_values = values(source).map(|opened| load_values(files, options, &opened));
    let is_marker = |span: &Option<Span>| match &with_values {
        Some(Ok(_)) => true,
        Some(Err(other)) => other.errors.iter().all(|error| error.span != *span),
        None => false,
    };
    let issues = rejected.errors.into_iter().map(|error| {
        if is_marker(&error.span) || is_marked(error.message.text()) {
            secret_issue(
                said::secret_has_no_effect_as_text(),
                Some(said::secret_misplaced_hint()),
                error.span,
            )
        } else {
            without_markers(error.into())
        }
    });
    let warnings = rejected.warnings.into_iter().map(Issue::from).map(without_markers);
    RefusedDefinition { issues: issues.collect(), warnings: warnings.collect() }
}

/// What is wrong with the use of secret variables in a definition that was accepted with markers.
pub(super) fn issues(
    source: &Source,
    files: &ProjectFiles,
    options: &LoadOptions,
    loaded: &Loaded,
) -> Vec<Issue> {
    if source.secrets.is_empty() {
        return Vec::new();
    }
    let tree = tree(&loaded.project);
    let mut issues = Vec::new();
    for place in places(&tree).into_iter().filter(|place| !place.is_allowed()) {
        let path = place.dotted();
        let shown = masked(place.text);
        let (message, hint) = if place.starts_a_command() {
            (said::secret_in_a_program(&path, shown), said::secret_in_a_program_hint())
        } else {
            (said::secret_misplaced(&path, shown), said::secret_misplaced_hint())
        };
        let span = loaded.spans.nearest(&path);
        issues.push(secret_issue(message, Some(hint), span));
    }
    if let Some(opened) = values(source).filter(|_| issues.is_empty()) {
        issues.extend(difference(files, options, loaded, &opened, tree));
    }
    issues
}

/// How the definition with values differs from the model with values in place of markers.
fn difference(
    files: &ProjectFiles,
    options: &LoadOptions,
    loaded: &Loaded,
    opened: &OpenedSecrets,
    mut revealed: Value,
) -> Option<Issue> {
    let plain = match load_values(files, options, opened) {
        Ok(plain) => tree(&plain.project),
        Err(rejected) => {
            let span = rejected.errors.into_iter().find_map(|error| error.span);
            return Some(secret_issue(said::secret_value_rejected(), None, span));
        }
    };
    reveal(&mut revealed, opened);
    let path = first_difference(&revealed, &plain, "")?;
    let span = loaded.spans.nearest(&path);
    Some(secret_issue(said::secret_changes_meaning(&path), Some(said::secret_changes_meaning_hint()), span))
}

/// A model is maps with string keys, lists and scalars: it can always be written as JSON.
fn tree(project: &Project) -> Value {
    serde_json::to_value(project).unwrap_or_default()
}

fn reveal(value: &mut Value, opened: &OpenedSecrets) {
    match value {
        Value::String(text) => {
            if let Ok(revealed) = opened.reveal(text) {
                *text = revealed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| reveal(item, opened)),
        Value::Object(entries) => entries.values_mut().for_each(|entry| reveal(entry, opened)),
        _ => {}
    }
}

/// The path of the first attribute that differs. It stops at lists: a position in one says little if its length differs.
fn first_difference(one: &Value, other: &Value, path: &str) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            // The key may come from a value, so only its parent is named.
            if other.keys().any(|key| !one.contains_key(key)) {
                return Some(path.to_owned());
            }
            one.iter().find_map(|(key, value)| {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                first_difference(value, other.get(key).unwrap_or(&Value::Null), &inner)
            })
        }
        (one, other) => (one != other).then(|| path.to_owned()),
    }
}

/// `${NAME}` in place of markers.
pub(super) fn without_markers(issue: Issue) -> Issue {
    let Issue { code, message, expected, hint, span } = issue;
    Issue {
        code,
        message: unmarked(message),
        expected: expected.map(unmarked),
        hint: hint.map(unmarked),
        span,
    }
}

fn unmarked(message: Message) -> Message {
    message.rewritten(&|text| masked(text).into_owned())
}

/// Warnings without markers.
pub(super) fn masked_warnings(warnings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mask = |warning: Diagnostic| Diagnostic {
        message: unmarked(warning.message),
        hint: warning.hint.map(unmarked),
        ..warning
    };
    warnings.into_iter().map(mask).collect()
}

/// Findings without markers.
pub(super) fn masked_findings(lint: LintReport) -> LintReport {
    let mask = |finding: Finding| Finding {
        message: unmarked(finding.message),
        hint: unmarked(finding.hint),
        ..finding
    };
    LintReport { findings: lint.findings.into_iter().map(mask).collect(), ..lint }
}

/// The model as people see it.
pub(in crate::server) fn masked_model(project: &Project) -> Project {
    let mut tree = tree(project);
    mask(&mut tree);
    // Only texts have changed, and only to other texts.
    serde_json::from_value(tree).unwrap_or_default()
}

/// `${NAME}` in place of markers.
pub(in crate::server) fn mask(value: &mut Value) {
    match value {
        Value::String(text) => *text = masked(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(entries) => entries.values_mut().for_each(mask),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
