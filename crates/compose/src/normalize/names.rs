//! The project name, and the names of networks and volumes on the engine.

use crate::cursor::Cursor;
use crate::interpolate::Variables;
use crate::model::Project;
use crate::report::Report;
use crate::said;
use crate::yaml::Node;
use crate::{Code, LoadOptions};
use core_monitor_message::Message;
use std::rc::Rc;

/// The project name: from the options, else `COMPOSE_PROJECT_NAME`, else `name:`, else the last part of the folder. The
/// last two are normalized.
pub(crate) fn project_name(
    documents: &[Rc<Node>],
    options: &LoadOptions,
    variables: &Variables<'_>,
    report: &Report,
) -> String {
    let given = options.project_name.as_deref().or_else(|| variables.get("COMPOSE_PROJECT_NAME"));
    if let Some(name) = given.filter(|name| !name.is_empty()) {
        if !is_valid(name) {
            report.error_with_hint(Code::InvalidName, None, invalid(name), said::project_name_rule());
        }
        return name.to_owned();
    }
    let roots: Vec<Cursor<'_>> = documents.iter().map(|document| Cursor::root(document, report)).collect();
    let named = |root: &&Cursor<'_>| root.get("name").is_some_and(|name| name.text() != Some(""));
    let written = roots.iter().rev().find(named).and_then(|root| root.get("name"));
    if let Some(cursor) = &written
        && let Some(text) = cursor.text()
    {
        // A broken expression is reported when the whole tree is interpolated.
        let Some(name) = variables.expand(text) else { return String::new() };
        let usable = normalize_name(&name);
        if usable.is_empty() {
            cursor.fail_with_hint(Code::InvalidName, invalid(text), said::project_name_rule());
        }
        return usable;
    }
    let folder = options.project_directory.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    let name = normalize_name(folder);
    if name.is_empty() {
        let message = said::project_without_name();
        report.error_with_hint(Code::MissingKey, None, message, said::add_a_name());
    }
    name
}

fn invalid(name: &str) -> Message {
    said::project_name_invalid(name)
}

fn is_valid(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

fn normalize_name(folder: &str) -> String {
    let allowed = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let name: String = folder.to_lowercase().chars().filter(allowed).collect();
    name.trim_start_matches(['-', '_']).to_owned()
}

/// Names unnamed resources: `project_key`, or the key itself for external resources.
pub(super) fn name_resources(project: &mut Project) {
    let owner = project.name.clone();
    let name_of =
        |key: &str, external: bool| if external { key.to_owned() } else { format!("{owner}_{key}") };
    for (key, network) in &mut project.networks {
        if network.name.is_empty() {
            network.name = name_of(key, network.external);
        }
    }
    for (key, volume) in &mut project.volumes {
        if volume.name.is_empty() {
            volume.name = name_of(key, volume.external);
        }
    }
    for (key, config) in &mut project.configs {
        if config.name.is_empty() {
            config.name = name_of(key, config.external);
        }
    }
    for (key, secret) in &mut project.secrets {
        if secret.name.is_empty() {
            secret.name = name_of(key, secret.external);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_a_usable_name() {
        assert_eq!(normalize_name("My App.v2"), "myappv2");
        assert_eq!(normalize_name("__x-y"), "x-y");
        assert_eq!(normalize_name("..."), "");
    }

    #[test]
    fn names_are_validated() {
        assert!(is_valid("a-b_1"));
        assert!(is_valid("1a"));
        assert!(!is_valid("-a"));
        assert!(!is_valid("A"));
        assert!(!is_valid(""));
    }
}
