//! `environment`, `env_file`, `labels` and `label_file`.

use super::Context;
use crate::cursor::Cursor;
use crate::report::{Advice, Mark};
use crate::yaml::{Entry, Node, Value};
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
            let text = item.text().unwrap_or_default();
            refuse_trailing_blank(text.split_once('=').map_or(text, |(key, _)| key), &item);
        }
        for (key, entry) in written.entries() {
            refuse_trailing_blank(key, &entry);
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
            let request = Request { path, format: "", required: true, sees_project: false, mark };
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

fn refuse_trailing_blank(key: &str, at: &Cursor<'_>) {
    if key.ends_with(char::is_whitespace) {
        let message = format!("variable name `{key}` in {} ends in a blank", at.describe());
        at.fail(Code::InvalidName, message);
    }
}

/// One file that is asked for.
struct Request<'a> {
    path: &'a str,
    /// `raw`, or nothing.
    format: &'a str,
    required: bool,
    /// Whether the project's variables can be used in it; those of the files before it always can.
    sees_project: bool,
    mark: Mark,
}

/// Each file once, however often it is named; the last mention says how.
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
    let plain = |path| Request { path, format: "", required: true, sees_project: true, mark: item.mark };
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
    let raw = match request.format {
        "" => false,
        "raw" => true,
        other => {
            let message = format!(
                "env file `{}` of {} has the unknown format `{other}`",
                request.path,
                service.describe()
            );
            let advice = Advice::expected("`raw`").hint("remove `format`, or write `format: raw`".to_owned());
            report.error_with_advice(Code::InvalidValue, request.mark, message, advice);
            return;
        }
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
    if let Some(parsed) = crate::dotenv::read(relative, bytes, raw, &lookup, &context.options.limits, report)
    {
        variables.extend(parsed.into_iter().map(|(key, value)| (key, Some(value))));
    }
}
