//! Mount flags: `-v`, `--mount` and `--tmpfs`.

use core_monitor_message::Message;
use std::ops::Range;

use super::draft::Draft;
use super::flags::Rule;
use super::invocation::Given;
use super::resources::csv;
use super::said;
use crate::document::Item;

/// Options of `-v` that Compose supports under the same name.
const OPTIONS: [&str; 15] = [
    "ro",
    "rw",
    "z",
    "Z",
    "nocopy",
    "cached",
    "delegated",
    "consistent",
    "private",
    "rprivate",
    "shared",
    "rshared",
    "slave",
    "rslave",
    "U",
];

pub(super) fn flag(draft: &mut Draft<'_>, rule: Rule, given: &Given) {
    let Given { value, at, .. } = given;
    match rule {
        Rule::Volume => short(draft, value, at),
        Rule::Mount => long(draft, given),
        Rule::VolumesFrom => draft.push("volumes_from", Item::Text(format!("container:{value}")), at),
        // Handled by `finish`, once every volume is known.
        _ => {}
    }
}

/// `--volume-driver` applies to every volume named by `-v`, whatever the order.
pub(super) fn finish(draft: &mut Draft<'_>, flags: &[Given]) {
    let is_driver =
        |given: &&Given| matches!(given.flag.meaning, super::flags::Meaning::Special(Rule::VolumeDriver));
    let Some(driver) = flags.iter().rfind(is_driver).map(|given| given.value.clone()) else { return };
    for volume in draft.volumes.values_mut() {
        if let Item::Map(entries) = volume
            && !entries.iter().any(|(key, _)| key == "driver")
        {
            entries.push(("driver".to_owned(), Item::Text(driver.clone())));
        }
    }
}

/// `[source:]target[:options]`.
fn short(draft: &mut Draft<'_>, value: &str, at: &Range<usize>) {
    let parts = sections(value);
    let (source, target, options) = match &parts[..] {
        [target] => (None, target, None),
        [source, target] => (Some(source), target, None),
        [source, target, options] => (Some(source), target, Some(options)),
        _ => return draft.fail(at, said::run_mount_form(value)),
    };
    if parts.iter().any(String::is_empty) {
        return draft.fail(at, said::run_mount_empty_section(value));
    }
    if let Some(unknown) = options.and_then(|all| all.split(',').find(|option| !OPTIONS.contains(option))) {
        let hint = said::run_mount_options();
        return draft.fail_with_hint(at, said::run_mount_option_unknown(unknown), hint);
    }
    let source =
        source.map(|source| if is_path(source) { host_path(draft, source) } else { volume(draft, source) });
    let text: Vec<&str> =
        source.as_deref().into_iter().chain([target.as_str()]).chain(options.map(String::as_str)).collect();
    draft.push("volumes", Item::Text(text.join(":")), at);
}

/// Splits at colons outside `${...}`.
fn sections(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ':' && depth == 0 {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

fn is_path(source: &str) -> bool {
    source.starts_with(['/', '.', '~', '$']) || source.contains('/')
}

/// A host path. Paths relative to the current folder become relative to the stack's folder.
fn host_path(draft: &mut Draft<'_>, path: &str) -> String {
    let relative = match path.strip_prefix("${PWD}") {
        Some("") => ".".to_owned(),
        Some(rest) if rest.starts_with('/') => format!(".{rest}"),
        _ if path.starts_with(['/', '~', '$']) => {
            if path.starts_with('~') {
                draft.note(said::run_home_path(path));
            }
            return path.to_owned();
        }
        _ if path.starts_with('.') => path.to_owned(),
        _ => format!("./{path}"),
    };
    draft.note(said::run_relative_path(&relative));
    relative
}

/// A named volume with the same name `docker run` would use.
fn volume(draft: &mut Draft<'_>, name: &str) -> String {
    if !draft.volumes.contains_key(name) {
        draft.volumes.insert(name.to_owned(), Item::map([("name", Some(Item::Text(name.to_owned())))]));
    }
    name.to_owned()
}

/// `--mount type=...,source=...,target=...`.
fn long(draft: &mut Draft<'_>, given: &Given) {
    let Given { value, at, .. } = given;
    let mut mount = Long { kind: "volume".to_owned(), ..Long::default() };
    for field in csv(value) {
        if let Err(problem) = mount.field(&field) {
            return draft.fail_with_hint(at, problem, said::run_mount_help());
        }
    }
    if mount.target.is_none() {
        return draft.fail(at, said::run_mount_target_missing());
    }
    let source = match (mount.kind.as_str(), mount.source.take()) {
        ("bind", Some(source)) => Some(host_path(draft, &source)),
        ("bind", None) => return draft.fail(at, said::run_bind_source_missing()),
        ("volume", Some(source)) => {
            let name = volume(draft, &source);
            mount.declare(draft, &name);
            Some(name)
        }
        (_, source) => source,
    };
    let item = mount.into_item(source);
    draft.push("volumes", item, at);
}

#[derive(Default)]
struct Long {
    kind: String,
    source: Option<String>,
    target: Option<String>,
    read_only: bool,
    consistency: Option<String>,
    bind: Vec<(String, Item)>,
    volume: Vec<(String, Item)>,
    labels: Vec<(String, Item)>,
    tmpfs: Vec<(String, Item)>,
    image: Vec<(String, Item)>,
    driver: Option<String>,
    driver_options: Vec<(String, Item)>,
}

impl Long {
    fn field(&mut self, field: &str) -> Result<(), Message> {
        let (key, value) = field.split_once('=').map_or((field, None), |(key, value)| (key, Some(value)));
        let switch = || match value {
            None | Some("1" | "true") => Ok(true),
            Some("0" | "false") => Ok(false),
            Some(other) => Err(said::run_not_a_switch(other)),
        };
        let text = || value.map(str::to_owned).ok_or_else(|| said::run_key_needs_value(key));
        let item = || text().map(Item::Text);
        let pair = || {
            let text = text()?;
            let (key, value) = text.split_once('=').unwrap_or((&text, ""));
            Ok::<_, Message>((key.to_owned(), Item::Text(value.to_owned())))
        };
        match key {
            "type" => self.kind = text()?,
            "source" | "src" => self.source = Some(text()?),
            "target" | "destination" | "dst" => self.target = Some(text()?),
            "readonly" | "ro" => self.read_only = switch()?,
            "consistency" => self.consistency = Some(text()?),
            "bind-propagation" => self.bind.push(("propagation".to_owned(), item()?)),
            "bind-nonrecursive" => {
                if switch()? {
                    self.bind.push(("recursive".to_owned(), Item::literal("disabled")));
                }
            }
            "bind-recursive" => self.bind.push(("recursive".to_owned(), item()?)),
            "volume-nocopy" => {
                if switch()? {
                    self.volume.push(("nocopy".to_owned(), Item::Flag(true)));
                }
            }
            "volume-subpath" => self.volume.push(("subpath".to_owned(), item()?)),
            "volume-label" => self.labels.push(pair()?),
            "volume-driver" => self.driver = Some(text()?),
            "volume-opt" => self.driver_options.push(pair()?),
            "tmpfs-size" => self.tmpfs.push(("size".to_owned(), item()?)),
            "tmpfs-mode" => {
                let mode = text()?;
                let octal = !mode.is_empty() && mode.chars().all(|c| ('0'..='7').contains(&c));
                if !octal {
                    return Err(said::run_not_octal(mode));
                }
                self.tmpfs
                    .push(("mode".to_owned(), Item::Number(format!("0{}", mode.trim_start_matches('0')))));
            }
            "image-subpath" => self.image.push(("subpath".to_owned(), item()?)),
            _ => return Err(said::run_mount_field_unknown(key)),
        }
        Ok(())
    }

    /// Declares the volume with its driver and options.
    fn declare(&mut self, draft: &mut Draft<'_>, name: &str) {
        let Some(Item::Map(entries)) = draft.volumes.get_mut(name) else { return };
        if let Some(driver) = self.driver.take() {
            entries.push(("driver".to_owned(), Item::Text(driver)));
        }
        for (key, options) in [("driver_opts", &mut self.driver_options), ("labels", &mut self.labels)] {
            if !options.is_empty() {
                entries.push((key.to_owned(), Item::Map(std::mem::take(options))));
            }
        }
    }

    fn into_item(mut self, source: Option<String>) -> Item {
        let some = |entries: Vec<(String, Item)>| (!entries.is_empty()).then_some(Item::Map(entries));
        if self.kind == "bind" {
            // `--mount` requires the path to exist; a compose file must say so.
            self.bind.push(("create_host_path".to_owned(), Item::Flag(false)));
        }
        if !self.labels.is_empty() {
            self.volume.push(("labels".to_owned(), Item::Map(self.labels)));
        }
        Item::map([
            ("type", Some(Item::Text(self.kind))),
            ("source", source.map(Item::Text)),
            ("target", self.target.map(Item::Text)),
            ("read_only", self.read_only.then_some(Item::Flag(true))),
            ("consistency", self.consistency.map(Item::Text)),
            ("bind", some(self.bind)),
            ("volume", some(self.volume)),
            ("tmpfs", some(self.tmpfs)),
            ("image", some(self.image)),
        ])
    }
}
