//! Where a definition may use secret variables: only where neither the engine's lists, nor names, nor plans show it.

use core_monitor_domain::secret_variable::masked;
use serde_json::Value;

/// A text of the model that contains a marker.
pub(super) struct Place<'t> {
    /// Its path; items of lists by their position.
    path: Vec<String>,
    /// The text.
    pub(super) text: &'t str,
    /// Whether it is a key of the model.
    is_key: bool,
    /// Whether it belongs to a service that names its program itself, so that its command has arguments only.
    has_entrypoint: bool,
}

/// All of them.
pub(super) fn places(tree: &Value) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    collect(tree, &mut Vec::new(), &mut found);
    for place in &mut found {
        place.has_entrypoint = place.service().is_some_and(|service| {
            tree["services"][service]["entrypoint"].as_array().is_some_and(|words| !words.is_empty())
        });
    }
    found
}

fn collect<'t>(value: &'t Value, path: &mut Vec<String>, found: &mut Vec<Place<'t>>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string());
                collect(item, path, found);
                path.pop();
            }
        }
        Value::Object(entries) => {
            for (key, entry) in entries {
                if has_marker(key) {
                    found.push(Place { path: path.clone(), text: key, is_key: true, has_entrypoint: false });
                } else {
                    path.push(key.clone());
                    collect(entry, path, found);
                    path.pop();
                }
            }
        }
        Value::String(text) if has_marker(text) => {
            found.push(Place { path: path.clone(), text, is_key: false, has_entrypoint: false });
        }
        _ => {}
    }
}

fn has_marker(text: &str) -> bool {
    masked(text) != text
}

impl Place<'_> {
    /// Its path with dots.
    pub(super) fn dotted(&self) -> String {
        self.path.join(".")
    }

    /// Whether a secret may be there. Not in a key, and not in the program of a command: the engine's errors name it.
    pub(super) fn is_allowed(&self) -> bool {
        let parts: Vec<&str> = self.path.iter().map(String::as_str).collect();
        !self.is_key && is_allowed(&parts, self.has_entrypoint)
    }

    /// Whether it is the first word of a service's command.
    pub(super) fn starts_a_command(&self) -> bool {
        let parts: Vec<&str> = self.path.iter().map(String::as_str).collect();
        matches!(parts.as_slice(), ["services", _, "command", "0"])
    }

    fn service(&self) -> Option<&str> {
        match self.path.as_slice() {
            [services, service, ..] if services == "services" => Some(service),
            _ => None,
        }
    }
}

fn is_allowed(path: &[&str], has_entrypoint: bool) -> bool {
    match path {
        ["services", _, "environment", _]
        | ["services", _, "build", "args", _]
        | ["services", _, "logging", "options", _]
        | ["services", _, "post_start" | "pre_stop", _, "environment", _]
        | ["configs", _, "content" | "x-value"]
        | ["secrets", _, "x-value"]
        | ["services", _, "healthcheck", "test", _] => true,
        // Without an entrypoint here, the first word is the program unless the image has one, which nobody knows yet.
        ["services", _, "command", index] => *index != "0" || has_entrypoint,
        ["services", _, "entrypoint", index]
        | ["services", _, "post_start" | "pre_stop", _, "command", index] => *index != "0",
        // Extensions are notes of the author: nothing reads them.
        other => other.iter().any(|part| part.starts_with("x-")),
    }
}

#[cfg(test)]
mod tests {
    use core_monitor_domain::secret_variable::SecretRef;
    use serde_json::json;

    use super::*;

    fn allowed(path: &str) -> bool {
        is_allowed(&path.split('.').collect::<Vec<_>>(), false)
    }

    #[test]
    fn secrets_are_allowed_where_nothing_shows_them() {
        for path in [
            "services.web.environment.A",
            "services.web.command.1",
            "services.web.entrypoint.2",
            "services.web.healthcheck.test.1",
            "services.web.build.args.TOKEN",
            "services.web.logging.options.splunk-token",
            "services.web.post_start.0.command.1",
            "services.web.pre_stop.0.environment.A",
            "configs.page.content",
            "secrets.key.x-value",
            "services.web.x-note",
        ] {
            assert!(allowed(path), "{path}");
        }
    }

    #[test]
    fn the_first_word_of_a_command_is_an_argument_only_behind_an_entrypoint() {
        let secret = SecretRef { name: "A".parse().unwrap(), fingerprint: "0a".into() };
        let option = format!("--password={}", secret.marker());
        let check = |entrypoint: Value, expected: bool| {
            let service = json!({"command": [option], "entrypoint": entrypoint});
            let tree = json!({"services": {"web": service, "other": {"entrypoint": ["enter"]}}});
            let found: Vec<_> = places(&tree).iter().map(Place::is_allowed).collect();
            assert_eq!(found, [expected], "{tree}");
        };
        check(json!(["enter"]), true);
        check(json!([]), false);
        check(Value::Null, false);
    }

    #[test]
    fn secrets_are_refused_where_they_would_be_shown() {
        for path in [
            "name",
            "services.web.image",
            "services.web.container_name",
            "services.web.hostname",
            "services.web.labels.a",
            "services.web.command.0",
            "services.web.entrypoint.0",
            "services.web.post_start.0.command.0",
            "services.web.volumes.0.source",
            "services.web.ports.0.published",
            "services.web.networks.a.aliases.0",
            "services.web.build.labels.a",
            "volumes.data.driver_opts.o",
            "networks.a.driver_opts.o",
        ] {
            assert!(!allowed(path), "{path}");
        }
    }
}
