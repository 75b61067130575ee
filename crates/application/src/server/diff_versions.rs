//! What differs between two versions.

use std::collections::BTreeSet;

use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::StackVersion;
use serde_json::Value;
use similar::TextDiff;

use super::Server;

/// The difference between two versions of a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionDiff {
    /// The files that differ, as unified diffs.
    pub files: Vec<FileDiff>,
    /// Names of the variables that differ.
    pub variables: Vec<String>,
    /// What differs in meaning. Empty although files differ: only comments, order or spelling changed.
    pub model: Vec<ModelChange>,
}

/// The difference in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// Path of the file.
    pub path: String,
    /// Unified diff with three lines of context.
    pub unified: String,
}

/// One difference in meaning.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelChange {
    /// Where in the normalized model, e.g. `services.web.image`.
    pub path: String,
    /// Before; `None` when it was not there.
    pub from: Option<Value>,
    /// After; `None` when it is not there any more.
    pub to: Option<Value>,
}

/// Why there is no diff.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no version {0}")]
    VersionNotFound(VersionNumber),
    /// The store itself.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Compares two versions, whichever is older.
pub async fn diff_versions(
    server: &Server,
    stack: StackId,
    from: VersionNumber,
    to: VersionNumber,
) -> Result<VersionDiff, DiffError> {
    server.stacks.find(stack).await?.ok_or(DiffError::StackNotFound)?;
    let from = version(server, stack, from).await?;
    let to = version(server, stack, to).await?;
    Ok(diff(&from, &to))
}

async fn version(server: &Server, stack: StackId, number: VersionNumber) -> Result<StackVersion, DiffError> {
    server.stacks.find_version(stack, number).await?.ok_or(DiffError::VersionNotFound(number))
}

fn diff(from: &StackVersion, to: &StackVersion) -> VersionDiff {
    let (old, new) = (&from.source, &to.source);
    let paths: BTreeSet<&String> = old.files.keys().chain(new.files.keys()).collect();
    let files = paths.into_iter().filter(|path| old.files.get(*path) != new.files.get(*path));
    let names: BTreeSet<&String> = old.variables.keys().chain(new.variables.keys()).collect();
    let variables = names.into_iter().filter(|name| old.variables.get(*name) != new.variables.get(*name));
    let mut model = Vec::new();
    // A model is maps with string keys, lists and scalars: it can always be written as JSON.
    let json = |version: &StackVersion| serde_json::to_value(&version.model).unwrap_or_default();
    compare("", &json(from), &json(to), &mut model);
    VersionDiff {
        files: files
            .map(|path| FileDiff {
                path: path.clone(),
                unified: unified(path, old.files.get(path), new.files.get(path)),
            })
            .collect(),
        variables: variables.cloned().collect(),
        model,
    }
}

fn unified(path: &str, from: Option<&String>, to: Option<&String>) -> String {
    let name = |side: &str, text: Option<&String>| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    TextDiff::from_lines(&text(from), &text(to))
        .unified_diff()
        .context_radius(3)
        .header(&name("a", from), &name("b", to))
        .to_string()
}

/// Walks both trees side by side; maps are compared key by key, everything else as a whole.
fn compare(path: &str, from: &Value, to: &Value, changes: &mut Vec<ModelChange>) {
    match (from, to) {
        (Value::Object(from), Value::Object(to)) => {
            let keys: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
            for key in keys {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                match (from.get(key), to.get(key)) {
                    (Some(from), Some(to)) => compare(&path, from, to, changes),
                    (from, to) => changes.push(ModelChange { path, from: from.cloned(), to: to.cloned() }),
                }
            }
        }
        (from, to) if from == to => {}
        (from, to) => changes.push(ModelChange {
            path: path.to_owned(),
            from: Some(from.clone()),
            to: Some(to.clone()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn maps_are_compared_key_by_key() {
        let mut changes = Vec::new();
        let from = json!({"services": {"web": {"image": "a:1", "ports": [1]}, "old": {}}});
        let to = json!({"services": {"web": {"image": "a:2", "ports": [1]}, "new": {"image": "b"}}});
        compare("", &from, &to, &mut changes);
        let lines: Vec<_> = changes
            .iter()
            .map(|c| {
                let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), ToString::to_string);
                format!("{}: {} -> {}", c.path, text(&c.from), text(&c.to))
            })
            .collect();
        assert_eq!(
            lines,
            [
                r#"services.new: - -> {"image":"b"}"#,
                "services.old: {} -> -",
                r#"services.web.image: "a:1" -> "a:2""#,
            ]
        );
    }

    #[test]
    fn a_new_file_comes_from_nowhere() {
        insta::assert_snapshot!(unified(".env", None, Some(&"A=1\n".to_owned())), @r"
        --- /dev/null
        +++ b/.env
        @@ -0,0 +1 @@
        +A=1
        ");
    }
}
