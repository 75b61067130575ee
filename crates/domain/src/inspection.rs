//! The engine's document about a container, without what must not be seen.
//!
//! The document has every value of an environment variable in the clear, and whatever a user put into labels, arguments and
//! options of logging drivers. It is the engine's, and differs from release to release, so it is hidden by its form: the values of
//! variables always, everything else where it contains a secret of the stack or its name says that it is one.

use serde_json::{Map, Value};

use crate::secret_variable::{OpenedSecrets, Redactor};

/// What stands in place of a hidden value.
pub const HIDDEN: &str = "***";

/// Parts of names that say that the value is a secret.
const TELLING: [&str; 8] =
    ["password", "passwd", "secret", "token", "credential", "apikey", "api_key", "private_key"];

/// How deep a document is followed; nothing deeper is shown. The engine's own have fewer than ten levels.
const DEEPEST: usize = 32;

/// The document without secrets.
pub fn hidden(mut document: Value, secrets: &OpenedSecrets) -> Value {
    let hider = Hider { redactor: secrets.redactor(), nothing_is_sure: secrets.is_incomplete() };
    hider.hide(&mut document, 0);
    document
}

struct Hider {
    redactor: Redactor,
    /// The value of a secret could not be opened, so any argument may contain it.
    nothing_is_sure: bool,
}

impl Hider {
    fn hide(&self, value: &mut Value, depth: usize) {
        match value {
            Value::Object(_) | Value::Array(_) if depth >= DEEPEST => *value = Value::from(HIDDEN),
            Value::Object(members) => self.hide_members(members, depth),
            Value::Array(items) => self.hide_items(items, depth),
            Value::String(text) => self.hide_text(text),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn hide_members(&self, members: &mut Map<String, Value>, depth: usize) {
        for (name, value) in members {
            match (name.as_str(), &mut *value) {
                ("Env", Value::Array(variables)) => variables.iter_mut().for_each(hide_variable),
                // What a program or a probe wrote may be cut off in the middle of a secret.
                ("Cmd" | "Entrypoint" | "Args" | "Test" | "Path" | "Output" | "Error", value)
                    if self.nothing_is_sure =>
                {
                    hide_all(value);
                }
                (name, Value::String(text)) if is_telling(name) && !text.is_empty() => {
                    HIDDEN.clone_into(text);
                }
                (_, value) => self.hide(value, depth + 1),
            }
        }
    }

    /// Arguments too: what follows `--password` is one.
    fn hide_items(&self, items: &mut [Value], depth: usize) {
        let mut is_value = false;
        for item in items {
            let is_flag = item.as_str().is_some_and(is_telling_flag);
            match item {
                Value::String(text) if is_value && !text.is_empty() => HIDDEN.clone_into(text),
                item => self.hide(item, depth + 1),
            }
            is_value = is_flag;
        }
    }

    fn hide_text(&self, text: &mut String) {
        if let Some((flag, value)) = text.split_once('=')
            && is_telling_flag(flag)
            && !value.is_empty()
        {
            *text = format!("{flag}={HIDDEN}");
            return;
        }
        let shown = self.redactor.redact(text);
        if shown != text.as_str() {
            *text = shown.into_owned();
        }
    }
}

/// `NAME=value`; one without a value is taken from nowhere and shows nothing.
fn hide_variable(variable: &mut Value) {
    if let Value::String(text) = variable
        && let Some((name, value)) = text.split_once('=')
        && !value.is_empty()
    {
        *text = format!("{name}={HIDDEN}");
    }
}

fn hide_all(value: &mut Value) {
    match value {
        Value::String(text) if !text.is_empty() => HIDDEN.clone_into(text),
        Value::Array(items) => items.iter_mut().for_each(hide_all),
        _ => {}
    }
}

/// Whether it is a flag of a command line whose value is a secret by its name.
fn is_telling_flag(text: &str) -> bool {
    text.starts_with('-') && !text.contains(['=', ' ']) && is_telling(text)
}

/// Whether the name of a label or an option says that its value is a secret.
fn is_telling(name: &str) -> bool {
    let name = name.to_lowercase();
    TELLING.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::secret_variable::{SecretRef, SecretValue};

    fn secrets(value: &str) -> OpenedSecrets {
        let reference = SecretRef { name: "DB_PASSWORD".parse().unwrap(), fingerprint: "f".into() };
        let mut secrets = OpenedSecrets::default();
        secrets.insert(reference, SecretValue::new(value.to_owned()).unwrap());
        secrets
    }

    fn document() -> Value {
        json!({
            "Id": "4f66", "State": {"Pid": 7, "Running": true,
                "Health": {"Log": [{"ExitCode": 1, "Output": "login with correct-horse failed"}]}},
            "Path": "serve", "Args": ["--password=correct-horse", "--port=80"],
            "Config": {"Env": ["PATH=/bin", "EMPTY=", "BARE", "DB=a=b"], "Cmd": ["serve", "correct-horse"],
                "Labels": {"owner": "ann", "deploy.token": "abc", "note": "uses correct-horse"}},
            "HostConfig": {"LogConfig": {"Type": "splunk", "Config": {"splunk-token": "t", "splunk-url": "u"}}},
        })
    }

    #[test]
    fn values_of_variables_and_secrets_are_hidden_everywhere() {
        let shown = hidden(document(), &secrets("correct-horse"));
        assert_eq!(
            shown,
            json!({
                "Id": "4f66", "State": {"Pid": 7, "Running": true,
                    "Health": {"Log": [{"ExitCode": 1, "Output": "login with *** failed"}]}},
                "Path": "serve", "Args": ["--password=***", "--port=80"],
                "Config": {"Env": ["PATH=***", "EMPTY=", "BARE", "DB=***"], "Cmd": ["serve", "***"],
                    "Labels": {"owner": "ann", "deploy.token": "***", "note": "uses ***"}},
                "HostConfig": {"LogConfig": {"Type": "splunk",
                    "Config": {"splunk-token": "***", "splunk-url": "u"}}},
            })
        );
    }

    #[test]
    fn while_a_secret_is_unknown_no_argument_is_shown() {
        let mut unknown = OpenedSecrets::default();
        unknown.lose();
        let shown = hidden(document(), &unknown);
        assert_eq!(shown["Args"], json!(["***", "***"]));
        assert_eq!(shown["Config"]["Cmd"], json!(["***", "***"]));
        assert_eq!(shown["State"]["Health"]["Log"][0]["Output"], "***");
        assert_eq!(shown["Id"], "4f66");
    }

    #[test]
    fn values_of_telling_flags_are_hidden() {
        let arguments =
            json!(["--token=abc", "--password", "def", "--port", "80", "--secret", "", "token", "x"]);
        let shown = hidden(json!({ "Args": arguments }), &OpenedSecrets::default());
        let expected =
            json!(["--token=***", "--password", "***", "--port", "80", "--secret", "", "token", "x"]);
        assert_eq!(shown["Args"], expected);
    }

    #[test]
    fn a_document_without_end_is_cut() {
        let mut deep = json!("correct-horse");
        for _ in 0..1_000 {
            deep = json!([deep]);
        }
        let shown = hidden(deep, &secrets("correct-horse"));
        assert!(!shown.to_string().contains("correct"), "nothing below the limit is shown");
    }
}
