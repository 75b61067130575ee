//! The differences between two versions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use core_monitor_domain::access::{Action, Forbidden, Resource};
use core_monitor_domain::actor::Actor;
use core_monitor_domain::artifact::{Artifact, SlotKey};
use core_monitor_domain::ids::{StackId, VersionNumber};
use core_monitor_domain::ports::StoreError;
use core_monitor_domain::stack_version::{FileEntry, SourceFile, StackVersion};
use serde_json::Value;
use similar::TextDiff;

use super::definition::mask;
use super::{Server, ServerPorts};

/// The difference between two versions of a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionDiff {
    /// The files that differ, as unified diffs.
    pub files: Vec<FileDiff>,
    /// Names of the variables that differ.
    pub variables: Vec<String>,
    /// The differences in the resolved model. If files differ but this is empty, only comments, order or notation
    /// changed.
    pub model: Vec<ModelChange>,
    /// The artifacts that differ, by slot.
    pub artifacts: Vec<ArtifactChange>,
}

/// The difference in one slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactChange {
    /// The slot.
    pub key: SlotKey,
    /// The old artifact; `None` if there was none.
    pub from: Option<Artifact>,
    /// The new artifact; `None` if it has none any more.
    pub to: Option<Artifact>,
}

/// The difference in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// Path of the file.
    pub path: String,
    /// The old file; `None` if there was none.
    pub from: Option<FileEntry>,
    /// The new file; `None` if it was removed.
    pub to: Option<FileEntry>,
    /// Unified diff with three lines of context; a sentence if a file is binary or too long, or if only its mode
    /// differs.
    pub unified: String,
}

/// One difference in the resolved model.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelChange {
    /// Path in the normalized model, e.g. `services.web.image`.
    pub path: String,
    /// The old value; `None` if there was none. Values that may be secrets are shown as `***`; only the files contain
    /// them.
    pub from: Option<Value>,
    /// The new value; `None` if it was removed.
    pub to: Option<Value>,
}

/// Why there is no diff.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// The actor is not allowed to do this.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No such stack, or it is deleted.
    #[error("the stack does not exist")]
    StackNotFound,
    /// The stack has no such version.
    #[error("the stack has no version {0}")]
    VersionNotFound(VersionNumber),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Longest file that is compared line by line, in bytes.
const LONGEST_TEXT: u64 = 256 << 10;
/// Maximum number of files compared line by line, the first ones by path.
const MOST_TEXTS: usize = 200;
/// After this time, the rest of a file counts as replaced.
const DIFF_TIMEOUT: Duration = Duration::from_millis(200);

impl Server {
    /// Compares two versions, whichever is older.
    pub async fn diff_versions(
        &self,
        actor: &Actor,
        stack: StackId,
        from: VersionNumber,
        to: VersionNumber,
    ) -> Result<VersionDiff, DiffError> {
        let ports = self.permit(actor, Action::DiffVersions, &Resource::Stack(stack)).await?;
        ports.stacks.find(stack).await?.ok_or(DiffError::StackNotFound)?;
        let (old, new) = (version(ports, stack, from).await?, version(ports, stack, to).await?);
        let mut files =
            changed(ports.stacks.list_files(stack, from).await?, ports.stacks.list_files(stack, to).await?);
        for (place, file) in files.iter_mut().enumerate() {
            let text = async |version, entry: Option<&FileEntry>| match entry {
                Some(entry) => ports.stacks.read_file(stack, version, &entry.path).await,
                None => Ok(None),
            };
            let mut texts = None;
            if file.is_readable(place) {
                texts = Some([text(from, file.from.as_ref()).await?, text(to, file.to.as_ref()).await?]);
            }
            file.compare(texts);
        }
        let mut model = Vec::new();
        // A model is maps with string keys, lists and scalars: it can always be written as JSON.
        let json = |version: &StackVersion| serde_json::to_value(&version.model).unwrap_or_default();
        compare("", &json(&old), &json(&new), &mut model);
        model.iter_mut().for_each(ModelChange::hide_markers);
        let (variables, artifacts) = (changed_variables(&old, &new), changed_artifacts(&old, &new));
        Ok(VersionDiff { files, variables, model, artifacts })
    }
}

async fn version(
    ports: &ServerPorts,
    stack: StackId,
    number: VersionNumber,
) -> Result<StackVersion, DiffError> {
    ports.stacks.find_version(stack, number).await?.ok_or(DiffError::VersionNotFound(number))
}

impl FileDiff {
    /// Whether it is compared line by line, as the one at this place among the files that differ.
    pub(super) fn is_readable(&self, place: usize) -> bool {
        let mut sizes = self.from.iter().chain(&self.to).map(|entry| entry.size);
        place < MOST_TEXTS && sizes.all(|size| size <= LONGEST_TEXT)
    }

    /// Says how the two files differ; without them, only that they do.
    pub(super) fn compare(&mut self, texts: Option<[Option<SourceFile>; 2]>) {
        let unified = match texts {
            Some([before, after]) => unified(&self.path, before.as_ref(), after.as_ref()),
            None => differ(&self.path, self.from.is_some(), self.to.is_some()),
        };
        self.unified = mode_change(self) + &unified;
    }
}

/// The files that differ, by path, without their text.
pub(super) fn changed(old: Vec<FileEntry>, new: Vec<FileEntry>) -> Vec<FileDiff> {
    let mut pairs: BTreeMap<String, (Option<FileEntry>, Option<FileEntry>)> = BTreeMap::new();
    for entry in old {
        let path = entry.path.clone();
        pairs.entry(path).or_default().0 = Some(entry);
    }
    for entry in new {
        let path = entry.path.clone();
        pairs.entry(path).or_default().1 = Some(entry);
    }
    let differs = |(path, (from, to))| FileDiff { path, from, to, unified: String::new() };
    pairs.into_iter().filter(|(_, (from, to))| from != to).map(differs).collect()
}

fn changed_variables(old: &StackVersion, new: &StackVersion) -> Vec<String> {
    let plain = |version: &StackVersion| version.variables.keys().cloned().collect::<Vec<_>>();
    let secret = |version: &StackVersion| version.secrets.keys().map(ToString::to_string).collect::<Vec<_>>();
    let names: BTreeSet<String> =
        [plain(old), plain(new), secret(old), secret(new)].concat().into_iter().collect();
    let value = |version: &StackVersion, name: &str| {
        let secrets = version.secrets.iter().find(|(secret, _)| secret.as_str() == name);
        // Under one key, the fingerprints of equal values are equal.
        (version.variables.get(name).cloned(), secrets.map(|(_, used)| used.fingerprint.clone()))
    };
    names.into_iter().filter(|name| value(old, name) != value(new, name)).collect()
}

fn changed_artifacts(old: &StackVersion, new: &StackVersion) -> Vec<ArtifactChange> {
    let keys: BTreeSet<&SlotKey> = old.artifacts.keys().chain(new.artifacts.keys()).collect();
    let change = |key: &SlotKey| ArtifactChange {
        key: key.clone(),
        from: old.artifacts.get(key).cloned(),
        to: new.artifacts.get(key).cloned(),
    };
    keys.into_iter().map(change).filter(|change| change.from != change.to).collect()
}

pub(super) fn unified(path: &str, from: Option<&SourceFile>, to: Option<&SourceFile>) -> String {
    let text = |file: Option<&SourceFile>| match file {
        Some(file) => file.text().filter(|text| !text.contains('\0')).map(str::to_owned),
        None => Some(String::new()),
    };
    let (Some(old), Some(new)) = (text(from), text(to)) else {
        return differ(path, from.is_some(), to.is_some());
    };
    let (old_name, new_name) = (side("a", path, from.is_some()), side("b", path, to.is_some()));
    TextDiff::configure()
        .timeout(DIFF_TIMEOUT)
        .diff_lines(&old, &new)
        .unified_diff()
        .context_radius(3)
        .header(&old_name, &new_name)
        .to_string()
}

/// The sentence for two files that are not shown line by line.
fn differ(path: &str, from: bool, to: bool) -> String {
    format!("Files {} and {} differ\n", side("a", path, from), side("b", path, to))
}

fn mode_change(file: &FileDiff) -> String {
    match (&file.from, &file.to) {
        (Some(from), Some(to)) if from.executable != to.executable => {
            let word = if to.executable { "is now" } else { "is no longer" };
            format!("File b/{} {word} executable\n", file.path)
        }
        _ => String::new(),
    }
}

fn side(side: &str, path: &str, there: bool) -> String {
    if there { format!("{side}/{path}") } else { "/dev/null".to_owned() }
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
                    (from, to) => changes.push(ModelChange::new(path, from, to)),
                }
            }
        }
        (from, to) if from == to => {}
        (from, to) => changes.push(ModelChange::new(path.to_owned(), Some(from), Some(to))),
    }
}

impl ModelChange {
    fn new(path: String, from: Option<&Value>, to: Option<&Value>) -> Self {
        let shown = |value: Option<&Value>| value.map(|value| without_secrets(&path, value));
        let (from, to) = (shown(from), shown(to));
        Self { path, from, to }
    }
}

impl ModelChange {
    /// A secret variable in a place that is shown is there by name.
    fn hide_markers(&mut self) {
        self.from.iter_mut().chain(&mut self.to).for_each(mask);
    }
}

/// The attributes whose values may be secrets: those that usually contain variables.
const SECRET: [&str; 7] = ["environment", "args", "command", "entrypoint", "test", "content", "value"];

/// The value at `path`, with possible secrets replaced by `***`.
fn without_secrets(path: &str, value: &Value) -> Value {
    // The first two parts are the section and a user-chosen name.
    let is_secret = path.split('.').skip(2).any(|part| SECRET.contains(&part));
    match value {
        Value::Object(map) => {
            let shown = |(key, value): (&String, &Value)| {
                (key.clone(), without_secrets(&format!("{path}.{key}"), value))
            };
            Value::Object(map.iter().map(shown).collect())
        }
        Value::Null => Value::Null,
        _ if is_secret => Value::String("***".to_owned()),
        Value::Array(items) => items.iter().map(|item| without_secrets(path, item)).collect(),
        shown => shown.clone(),
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
    fn possible_secrets_are_named_but_not_shown() {
        let shown = |path: &str, value: Value| without_secrets(path, &value);
        assert_eq!(shown("services.web.environment.A", json!("s")), json!("***"));
        assert_eq!(shown("services.web.environment.A", Value::Null), Value::Null);
        assert_eq!(shown("services.environment.image", json!("app")), json!("app"));
        let web =
            json!({"image": "app", "command": ["a", "s"], "post_start": [{"user": "0", "command": ["s"]}]});
        let expected =
            json!({"image": "app", "command": "***", "post_start": [{"user": "0", "command": "***"}]});
        assert_eq!(shown("services.web", web), expected);
        assert_eq!(
            shown("configs.page", json!({"content": "s", "name": "p"})),
            json!({"content": "***", "name": "p"})
        );
    }

    #[test]
    fn a_new_file_is_compared_with_dev_null() {
        insta::assert_snapshot!(unified(".env", None, Some(&"A=1\n".into())), @r"
        --- /dev/null
        +++ b/.env
        @@ -0,0 +1 @@
        +A=1
        ");
        assert_eq!(unified("x", Some(&"a".into()), Some(&vec![0xff].into())), "Files a/x and b/x differ\n");
        assert_eq!(unified("x", Some(&"a\0".into()), None), "Files a/x and /dev/null differ\n");
    }

    #[test]
    fn a_file_changes_by_content_and_by_mode() {
        let entries = |files: &[(&str, &str, bool)]| -> Vec<FileEntry> {
            let entry = |(path, text, executable): &(&str, &str, bool)| {
                SourceFile::new(text.as_bytes(), *executable).entry(path)
            };
            files.iter().map(entry).collect()
        };
        let old = entries(&[("a", "1", false), ("b", "1", false), ("c", "1", false), ("d", "1", false)]);
        let new = entries(&[("b", "2", false), ("c", "1", true), ("d", "1", false), ("e", "1", false)]);
        let paths: Vec<_> = changed(old, new).into_iter().map(|file| file.path).collect();
        assert_eq!(paths, ["a", "b", "c", "e"]);
    }
}
