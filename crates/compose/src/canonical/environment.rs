//! `environment`, `env_file`, `labels` and `label_file`.

use super::Context;
use super::said;
use crate::cursor::Cursor;
use crate::report::{Advice, Mark};
use crate::said as words;
use crate::yaml::{Entry, Node, Value};
use crate::{Code, path};
use indexmap::IndexMap;

/// Variables of a service: env files in order, then `environment`. A key without a value takes the value of the project
/// variable, if there is one.
pub(super) fn environment(service: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Option<String>> {
    let project = |key: &str| context.variables.get(key).map(str::to_owned);
    let own: IndexMap<String, Option<String>> = service
        .pairs_at("environment")
        .into_iter()
        .map(|(key, value)| {
            let value = value.or_else(|| project(&key));
            (key, value)
        })
        .collect();
    let mut variables = IndexMap::new();
    for file in env_files(service).iter().filter(|_| is_active(service, context)) {
        // Lookup order: project variables, variables of the service, then variables above in the file.
        let outer = |name: &str| project(name).or_else(|| own.get(name).cloned().flatten());
        let before = |name: &str| known(&variables, name);
        let read = read_env_file(file, service, context, &outer, &before);
        variables.extend(read);
    }
    if let Some(written) = service.get("environment") {
        reject_trailing_spaces(&written);
        note_origins(&written, context);
    }
    variables.extend(own);
    variables
}

fn known(variables: &IndexMap<String, Option<String>>, name: &str) -> Option<String> {
    variables.get(name).cloned().flatten()
}

/// Records which item defines each variable, and which ones take their value from a project variable.
fn note_origins(written: &Cursor<'_>, context: &Context<'_>) {
    for (index, item) in written.items().enumerate() {
        let Some(text) = item.text() else { continue };
        let name = text.split('=').next().unwrap_or(text);
        context.origins.borrow_mut().variables.insert(name.into(), index);
        if name == text {
            written.report.note_interpolated(item.node.mark);
        }
    }
    for (_, entry) in written.entries() {
        if entry.node.value == Value::Null {
            written.report.note_interpolated(entry.node.mark);
        }
    }
}

/// Labels: those of label files in order, then `labels`.
pub(super) fn labels(service: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, String> {
    let mut labels: IndexMap<String, Option<String>> = IndexMap::new();
    if let Some(written) = service.get("label_file").filter(|_| is_active(service, context)) {
        let files: Vec<Cursor<'_>> =
            if written.text().is_some() { vec![written] } else { written.items().collect() };
        for file in files {
            let Some(path) = file.text() else { continue };
            let mark = file.node.mark;
            let request = Request { path, format: "", required: true, mark };
            // A label file sees the labels before it but no project variables.
            let read = read_env_file(&request, service, context, &|name| known(&labels, name), &|_| None);
            labels.extend(read);
        }
    }
    labels.extend(service.pairs_at("labels"));
    labels.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()
}

/// Whether the service is active; the files of inactive services are not read.
fn is_active(service: &Cursor<'_>, context: &Context<'_>) -> bool {
    context.profiles.activate_any(&service.strings_at("profiles"))
}

/// Rejects names that end with whitespace, which is always a mistake.
pub(super) fn reject_trailing_spaces(environment: &Cursor<'_>) {
    for item in environment.items() {
        let text = item.text().unwrap_or_default();
        reject_trailing_space(text.split_once('=').map_or(text, |(key, _)| key), &item);
    }
    for (key, entry) in environment.entries() {
        reject_trailing_space(key, &entry);
    }
}

fn reject_trailing_space(key: &str, at: &Cursor<'_>) {
    if key.ends_with(char::is_whitespace) {
        let message = said::variable_name_trailing_space(key, at.describe());
        at.fail(Code::InvalidName, message);
    }
}

/// A file that a service names.
struct Request<'a> {
    path: &'a str,
    /// `raw` or empty.
    format: &'a str,
    required: bool,
    mark: Mark,
}

/// The files without duplicates; the last mention of a file determines its options.
fn env_files<'a>(service: &'a Cursor<'_>) -> Vec<Request<'a>> {
    let Some(entry) = service.mapping().and_then(|entries| entries.get("env_file")) else {
        return Vec::new();
    };
    let items = match &entry.value.value {
        Value::Sequence(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    let mut requests = IndexMap::new();
    for request in items.iter().filter_map(|item| request(item)) {
        requests.insert(request.path, request);
    }
    requests.into_values().collect()
}

fn request(item: &Node) -> Option<Request<'_>> {
    let plain = |path| Request { path, format: "", required: true, mark: item.mark };
    match &item.value {
        Value::String(path) => Some(plain(path)),
        Value::Mapping(long) => Some(Request {
            format: long.get("format").and_then(text).unwrap_or_default(),
            required: long.get("required").is_none_or(|flag| flag.value.value != Value::Bool(false)),
            ..plain(text(long.get("path")?)?)
        }),
        _ => None,
    }
}

fn text(entry: &Entry) -> Option<&str> {
    match &entry.value.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The variables of a file; empty if it is optional and absent, or after reporting why it cannot be read.
fn read_env_file(
    request: &Request<'_>,
    service: &Cursor<'_>,
    context: &Context<'_>,
    outer: &dyn Fn(&str) -> Option<String>,
    earlier: &dyn Fn(&str) -> Option<String>,
) -> Vec<(String, Option<String>)> {
    let read = read_text(request, service, context, outer, earlier).unwrap_or_default();
    read.into_iter().map(|(key, value)| (key, Some(value))).collect()
}

fn read_text(
    request: &Request<'_>,
    service: &Cursor<'_>,
    context: &Context<'_>,
    outer: &dyn Fn(&str) -> Option<String>,
    earlier: &dyn Fn(&str) -> Option<String>,
) -> Option<Vec<(String, String)>> {
    let report = service.report;
    let base = path::clean(&context.options.project_directory);
    let absolute = path::resolve(&base, request.path);
    let Some(relative) = path::inside(&base, &absolute) else {
        let message = said::env_file_outside(request.path, service.describe());
        report.error(Code::ForbiddenPath, request.mark, message);
        return None;
    };
    let Some(bytes) = context.files.get(relative) else {
        if request.required {
            let message = said::env_file_missing(request.path, service.describe());
            let hint = said::add_file_or_not_required();
            report.error_with_hint(Code::MissingFile, request.mark, message, hint.clone());
        }
        return None;
    };
    let raw = match request.format {
        "" => false,
        "raw" => true,
        other => {
            let message = said::env_file_format(request.path, service.describe(), other);
            let advice = Advice::expected(words::written_as("raw")).hint(said::remove_format());
            report.error_with_advice(Code::InvalidValue, request.mark, message, advice);
            return None;
        }
    };
    if !super::spend(&context.env_file_bytes, bytes.len()) {
        let message = said::env_files_too_large(context.options.limits.env_file_bytes);
        report.error(Code::LimitExceeded, request.mark, message);
        return None;
    }
    crate::dotenv::read(relative, bytes, raw, outer, earlier, &context.options.limits, report)
}
