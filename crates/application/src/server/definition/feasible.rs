//! Refuses definitions that no engine could carry out when they are saved, not only when they are applied.

use core_monitor_compose::{Project, Span, Spans};
use core_monitor_domain::desired::DesiredStack;
use core_monitor_domain::image::ImageRef;
use core_monitor_message::Message;
use serde_json::Value;

use super::super::said;
use super::{Issue, NOT_APPLICABLE};

/// Maximum number of containers of a stack. It is more than one host can run, but few enough to plan cheaply: a single
/// line with a large `scale` must not cost more than a long file.
const MOST_CONTAINERS: u64 = 20_000;

/// Everything in the definition that can never work, in the order of the model.
pub(super) fn issues(project: &Project, desired: &DesiredStack, spans: &Spans) -> Vec<Issue> {
    let mut issues: Vec<Issue> = too_many_containers(desired, spans).into_iter().collect();
    issues.extend(images(project, spans));
    issues.extend(nul_characters(project, spans));
    issues
}

fn issue(message: Message, hint: Message, span: Option<Span>) -> Issue {
    Issue { code: NOT_APPLICABLE.to_owned(), message, expected: None, hint: Some(hint), span }
}

fn too_many_containers(desired: &DesiredStack, spans: &Spans) -> Option<Issue> {
    let all: u64 = desired.services.iter().map(|service| u64::from(service.replicas)).sum();
    if all <= MOST_CONTAINERS {
        return None;
    }
    let largest = desired.services.iter().max_by_key(|service| service.replicas)?;
    let service = format!("services.{}", largest.name);
    let written = ["scale", "deploy.replicas"].map(|key| format!("{service}.{key}"));
    let span = written
        .iter()
        .find(|path| spans.has(path))
        .map_or_else(|| spans.nearest(&service), |path| spans.get(path));
    let message = said::too_many_containers(all, MOST_CONTAINERS);
    Some(issue(message, said::lower_scale(), span))
}

fn images<'a>(project: &'a Project, spans: &'a Spans) -> impl Iterator<Item = Issue> + 'a {
    project.services.iter().filter_map(|(name, service)| {
        let image = service.image.as_deref().filter(|image| !ImageRef::from(*image).is_well_formed())?;
        let shown: String = image.escape_debug().take(200).collect();
        let message = said::image_name_invalid(shown, name);
        let hint = said::use_lowercase_image();
        Some(issue(message, hint, spans.nearest(&format!("services.{name}.image"))))
    })
}

/// The kernel ends strings at a NUL, so arguments and variables cannot contain one; and the runtime's error would
/// repeat the value, which may be a secret. Configs and secrets are files and may contain any byte.
fn nul_characters(project: &Project, spans: &Spans) -> Vec<Issue> {
    // Numbers, texts, maps with string keys: it can always be written as JSON.
    let part = |value: Result<Value, _>| value.unwrap_or_default();
    let parts = [
        ("services", part(serde_json::to_value(&project.services))),
        ("networks", part(serde_json::to_value(&project.networks))),
        ("volumes", part(serde_json::to_value(&project.volumes))),
    ];
    let mut paths = Vec::new();
    for (section, value) in &parts {
        find_nul(value, section, &mut paths);
    }
    let found = |path: String| {
        let message = said::nul_character(path.escape_debug());
        issue(message, said::remove_nul(), spans.nearest(&path))
    };
    paths.into_iter().map(found).collect()
}

fn find_nul(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains('\0') => found.push(path.to_owned()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_nul(item, &format!("{path}[{index}]"), found);
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                let path = format!("{path}.{key}");
                if key.contains('\0') {
                    found.push(path);
                } else {
                    find_nul(item, &path, found);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_compose::Limits;
    use core_monitor_domain::stack_version::Source;

    use crate::server::Definition;

    fn check(services: &str, expected: &[&str]) {
        let source = Source::single("compose.yaml", format!("services:\n{services}"));
        let read = Definition::read(&source, &"shop".parse().unwrap(), "/shop", Limits::default());
        let issues = read.map_or_else(|refused| refused.issues, |_| Vec::new());
        let line = |issue: &crate::server::Issue| {
            let place = issue.span.as_ref().map(|span| (span.line, span.column)).unwrap_or_default();
            format!("{}:{}: {}", place.0, place.1, issue.message)
        };
        assert_eq!(issues.iter().map(line).collect::<Vec<_>>(), expected, "{services}");
    }

    #[test]
    fn a_line_cannot_ask_for_more_containers_than_a_host_could_run() {
        check("  a: {image: x, scale: 20000}\n", &[]);
        check(
            "  a: {image: x, scale: 2}\n  b:\n    image: x\n    scale: 4000000000\n",
            &["5:5: the stack has 4000000002 containers; the maximum is 20000"],
        );
    }

    #[test]
    fn nul_characters_are_refused() {
        check(
            "  a:\n    image: x\n    command: [\"a\\0b\"]\n    environment: {SECRET: \"canary\\0\"}\n",
            &[
                "4:15: `services.a.command[0]` contains a NUL character, which cannot be passed to a program",
                "5:19: `services.a.environment.SECRET` contains a NUL character, which cannot be passed to a program",
            ],
        );
        check("  a: {image: x, command: ['a\\0b', \"\\\\u0000\"]}\n", &[]);
    }

    #[test]
    fn invalid_image_names_are_refused() {
        check("  a: {image: Nginx}\n", &["2:7: `Nginx` of service `a` is not a valid image name"]);
    }
}
