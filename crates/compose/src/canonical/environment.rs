//! `environment`, `env_file`, `labels` and `label_file`.

use super::Context;
use crate::cursor::Cursor;
use crate::report::Mark;
use crate::yaml::Value;
use crate::{Code, path};
use indexmap::IndexMap;

/// Variables of a service: env files in order, then `environment`. A key without a value takes that of the project's
/// variable, and stays without one where there is none.
pub(super) fn environment(service: &Cursor<'_>, context: &Context<'_>) -> IndexMap<String, Option<String>> {
    let mut variables: IndexMap<String, Option<String>> = IndexMap::new();
    for file in env_files(service).iter().filter(|_| takes_part(service, context)) {
        read_env_file(file, service, context, &mut variables);
    }
    if let Some(written) = service.get("environment") {
        for item in written.items() {
            refuse_trailing_blank(&item);
        }
        note_origins(&written, context);
    }
    for (key, value) in service.pairs_at("environment") {
        let value = value.or_else(|| context.variables.get(&key).map(str::to_owned));
        variables.insert(key, value);
    }
    variables
}

/// Remembers which item a variable is written in, and which ones take their value from a variable of the project.
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
    if let Some(written) = service.get("label_file").filter(|_| takes_part(service, context)) {
        let files: Vec<Cursor<'_>> =
            if written.text().is_some() { vec![written] } else { written.items().collect() };
        for file in files {
            let Some(path) = file.text() else { continue };
            let mark = file.node.mark;
            let request = Request { path, raw: false, required: true, sees_project: false, mark };
            read_env_file(&request, service, context, &mut labels);
        }
    }
    labels.extend(service.pairs_at("labels"));
    labels.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect()
}

/// The files of a service of an inactive profile are not looked for.
fn takes_part(service: &Cursor<'_>, context: &Context<'_>) -> bool {
    context.profiles.activate_any(&service.strings_at("profiles"))
}

fn refuse_trailing_blank(item: &Cursor<'_>) {
    let Some(text) = item.text() else { return };
    let key = text.split_once('=').map_or(text, |(key, _)| key);
    if key.ends_with(' ') {
        let message = format!("variable name `{key}` in {} ends in a blank", item.describe());
        item.fail(Code::InvalidName, message);
    }
}

/// One file that is asked for.
struct Request<'a> {
    path: &'a str,
    raw: bool,
    required: bool,
    /// Whether the project's variables can be used in it; those of the files before it always can.
    sees_project: bool,
    mark: Mark,
}

fn env_files<'a>(service: &'a Cursor<'_>) -> Vec<Request<'a>> {
    let Some(entry) = service.mapping().and_then(|entries| entries.get("env_file")) else {
        return Vec::new();
    };
    let plain = |path, mark| Request { path, raw: false, required: true, sees_project: true, mark };
    let node = &*entry.value;
    match &node.value {
        Value::String(path) => vec![plain(path, node.mark)],
        Value::Sequence(items) => items
            .iter()
            .filter_map(|item| match &item.value {
                Value::String(path) => Some(plain(path, item.mark)),
                Value::Mapping(long) => Some(Request {
                    path: text(long.get("path")?)?,
                    raw: long.get("format").and_then(text) == Some("raw"),
                    required: long.get("required").is_none_or(|flag| flag.value.value != Value::Bool(false)),
                    sees_project: true,
                    mark: item.mark,
                }),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn text(entry: &crate::yaml::Entry) -> Option<&str> {
    match &entry.value.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn read_env_file(
    request: &Request<'_>,
    service: &Cursor<'_>,
    context: &Context<'_>,
    variables: &mut IndexMap<String, Option<String>>,
) {
    let report = service.report;
    let base = path::clean(&context.options.project_directory);
    let absolute = path::resolve(&base, request.path);
    let Some(relative) = path::inside(&base, &absolute) else {
        let message =
            format!("env file `{}` of {} lies outside the project folder", request.path, service.describe());
        report.error(Code::ForbiddenPath, request.mark, message);
        return;
    };
    let Some(bytes) = context.files.get(relative) else {
        if request.required {
            let message = format!("env file `{}` of {} is missing", request.path, service.describe());
            let hint = "add the file to the project, or write `required: false`";
            report.error_with_hint(Code::MissingFile, request.mark, message, hint.to_owned());
        }
        return;
    };
    if !super::spend(&context.env_file_bytes, bytes.len()) {
        let message =
            format!("env files have more than {} bytes together", context.options.limits.env_file_bytes);
        report.error(Code::LimitExceeded, request.mark, message);
        return;
    }
    let lookup = |name: &str| match variables.get(name) {
        Some(Some(value)) => Some(value.clone()),
        _ => request.sees_project.then(|| context.variables.get(name).map(str::to_owned)).flatten(),
    };
    if let Some(parsed) =
        crate::dotenv::read(relative, bytes, request.raw, &lookup, &context.options.limits, report)
    {
        variables.extend(parsed.into_iter().map(|(key, value)| (key, Some(value))));
    }
}
