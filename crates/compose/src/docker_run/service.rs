//! The service that an invocation describes, attribute by attribute.

use std::ops::Range;

use super::CommandError;
use super::draft::Draft;
use super::flags::{Meaning, Own};
use super::invocation::{Given, Invocation};
use super::{mounts, resources};
use crate::document::Item;

/// Converts every flag. All independent errors come at once.
pub(super) fn draft<'a>(line: &'a str, invocation: &Invocation) -> Result<Draft<'a>, Vec<CommandError>> {
    let mut draft = Draft::new(line, invocation.notes.clone());
    draft.put("image", Item::Text(invocation.image.text.clone()), &invocation.image.at);
    for given in &invocation.flags {
        draft.flag(given);
    }
    draft.command(invocation);
    mounts::finish(&mut draft, &invocation.flags);
    draft.join_networks();
    draft.name.get_or_insert_with(|| name_of_image(&invocation.image.text));
    draft.checked()
}

impl Draft<'_> {
    fn flag(&mut self, given: &Given) {
        let Given { flag, value, at } = given;
        match flag.meaning {
            Meaning::Text(_) if value.is_empty() => {}
            Meaning::Text("restart") if !is_restart_policy(value) => {
                let hint = "use `no`, `always`, `unless-stopped` or `on-failure[:N]`";
                self.fail_with_hint(at, format!("`{value}` is not a restart policy"), hint);
            }
            // Without a limit; the only size that is no size.
            Meaning::Text(attribute) if value == "-1" => {
                self.put(attribute, Item::Number("-1".to_owned()), at);
            }
            Meaning::Text(attribute) => self.put(attribute, Item::Text(value.clone()), at),
            Meaning::Number(attribute) => {
                if let Some(number) = self.number(given, value) {
                    self.put(attribute, number, at);
                }
            }
            Meaning::Switch(attribute) => {
                if given.is_on() {
                    self.put(attribute, Item::Flag(true), at);
                } else {
                    self.take(attribute);
                }
            }
            Meaning::List(attribute) if flag.name == "expose" => self.expose(attribute, value, at),
            Meaning::List(attribute) => self.push(attribute, Item::Text(value.clone()), at),
            Meaning::Pair(attribute) => match value.split_once('=') {
                Some((key, value)) if !key.is_empty() => {
                    self.enter(attribute, key, Item::Text(value.to_owned()), at);
                }
                _ => self.fail(at, format!("`--{}` wants `KEY=VALUE`", flag.name)),
            },
            Meaning::DroppedSwitch(_) if !given.is_on() => {}
            Meaning::DroppedSwitch(why) | Meaning::Dropped(why) => {
                self.note(format!("`--{}` is left out: {why}", flag.name));
            }
            Meaning::Own(own) => self.own(own, given),
        }
    }

    fn own(&mut self, own: Own, given: &Given) {
        let Given { value, at, .. } = given;
        match own {
            Own::AddHost => self.push("extra_hosts", Item::Text(value.clone()), at),
            Own::Entrypoint => self.put("entrypoint", Item::Words(vec![value.clone()]), at),
            Own::Env => self.variable(value, at),
            Own::EnvFile => {
                let path = self.beside(value);
                let file = Item::map([
                    ("path", Some(Item::Text(path))),
                    // `docker run` takes such files as they are, without quotes and variables.
                    ("format", Some(Item::literal("raw"))),
                ]);
                self.push("env_file", file, at);
            }
            Own::HealthCmd if value.is_empty() => {}
            Own::HealthCmd => self.enter("healthcheck", "test", Item::Text(value.clone()), at),
            Own::Health(_) if matches!(value.as_str(), "0" | "0s") => {}
            Own::Health(key) => self.enter("healthcheck", key, Item::Text(value.clone()), at),
            Own::HealthRetries if value == "0" => {}
            Own::HealthRetries => {
                if let Some(number) = self.number(given, value) {
                    self.enter("healthcheck", "retries", number, at);
                }
            }
            Own::NoHealthcheck if given.is_on() => {
                self.enter("healthcheck", "disable", Item::Flag(true), at);
            }
            Own::Label => {
                let (key, text) = value.split_once('=').unwrap_or((value, ""));
                self.enter("labels", key, Item::Text(text.to_owned()), at);
            }
            Own::LabelFile => {
                let path = self.beside(value);
                self.push("label_file", Item::Text(path), at);
            }
            Own::Name => self.name(value, at),
            Own::PublishAll if given.is_on() => {
                self.note("`--publish-all` is left out: name the ports to be published under `ports`");
            }
            Own::NoHealthcheck | Own::PublishAll => {}
            Own::Publish => resources::publish(self, value, at),
            Own::SecurityOpt => {
                if value.starts_with("seccomp=")
                    && !value.ends_with("=unconfined")
                    && !value.ends_with("=builtin")
                {
                    self.note("a seccomp profile is a file that `docker run` reads: the file has to be part of the stack");
                }
                self.push("security_opt", Item::Text(value.clone()), at);
            }
            Own::Ip(_) | Own::Link | Own::LinkLocalIp | Own::Network | Own::NetworkAlias => {
                super::networks::flag(self, own, given);
            }
            Own::Mount | Own::Volume | Own::VolumeDriver | Own::VolumesFrom => mounts::flag(self, own, given),
            _ => resources::flag(self, own, given),
        }
    }

    /// A number, or a variable that will hold one.
    pub(super) fn number(&mut self, given: &Given, text: &str) -> Option<Item> {
        if text.contains("${") {
            return Some(Item::Text(text.to_owned()));
        }
        let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
        if plain && text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Some(Item::Number(canonical_number(text)));
        }
        self.fail(&given.at, format!("`--{}` wants a number, not `{text}`", given.flag.name));
        None
    }

    fn variable(&mut self, text: &str, at: &Range<usize>) {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if name.is_empty() || name.contains("${") {
            return self.fail(at, "a variable needs a name");
        }
        if value.is_none() {
            self.note(format!(
                "`{name}` was taken from the shell: give the stack a variable `{name}`, or write its value"
            ));
        }
        let value = value.map_or(Item::Null, |value| Item::Text(value.to_owned()));
        self.enter("environment", name, value, at);
    }

    /// A file beside the compose file. Files elsewhere cannot be part of a stack.
    fn beside(&mut self, path: &str) -> String {
        let outside = path.starts_with(['/', '~', '$']) || path.split('/').any(|step| step == "..");
        let path = path.strip_prefix("${PWD}/").or_else(|| path.strip_prefix("./")).unwrap_or(path);
        let inside = if outside { path.rsplit('/').next().unwrap_or(path) } else { path };
        self.note(format!("the file `{inside}` has to be saved with the stack"));
        inside.to_owned()
    }

    fn name(&mut self, name: &str, at: &Range<usize>) {
        let mut chars = name.chars();
        let fits = chars.next().is_some_and(|c| c.is_ascii_alphanumeric())
            && chars.clone().next().is_some()
            && chars.all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        if !fits {
            return self.fail_with_hint(
                at,
                format!("`{name}` cannot be a container's name"),
                "use letters, digits, `_`, `.` and `-`, at least two, and begin with a letter or digit",
            );
        }
        self.put("container_name", Item::literal(name), at);
        self.name = Some(name.to_owned());
    }

    /// The engine knows single ports only; `docker run` spreads ranges.
    fn expose(&mut self, attribute: &'static str, value: &str, at: &Range<usize>) {
        const MOST: u32 = 1000;
        let (range, protocol) = value.split_once('/').unwrap_or((value, "tcp"));
        let bounds = range.split_once('-').unwrap_or((range, range));
        let (Ok(first), Ok(last)) = (bounds.0.parse::<u16>(), bounds.1.parse::<u16>()) else {
            return self.fail(at, format!("`{value}` is not a port"));
        };
        if last < first || u32::from(last - first) >= MOST {
            return self.fail(at, format!("`{value}` is not a range of at most {MOST} ports"));
        }
        for port in first..=last {
            // With its protocol always: without one, docker compose and this program pass on what the engine does not know.
            self.push(attribute, Item::literal(&format!("{port}/{protocol}")), at);
        }
    }

    fn command(&mut self, invocation: &Invocation) {
        let words: Vec<String> = invocation.arguments.iter().map(|word| word.text.clone()).collect();
        let (Some(first), Some(last)) = (invocation.arguments.first(), invocation.arguments.last()) else {
            return;
        };
        let at = first.at.start..last.at.end;
        let simple = |word: &String| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c))
        };
        let item = if words.iter().all(simple) { Item::Text(words.join(" ")) } else { Item::Words(words) };
        self.put("command", item, &at);
    }

    fn join_networks(&mut self) {
        let networks = std::mem::take(&mut self.networks);
        networks.join(self);
    }
}

fn is_restart_policy(text: &str) -> bool {
    let retries = text.strip_prefix("on-failure:").map(str::parse::<u32>);
    matches!(text, "no" | "always" | "unless-stopped" | "on-failure")
        || matches!(retries, Some(Ok(_)))
        || text.contains("${")
}

/// Without a sign and zeros that YAML would take for octal.
fn canonical_number(text: &str) -> String {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    let trimmed = digits.trim_start_matches('0');
    let whole = if trimmed.is_empty() || trimmed.starts_with('.') { "0" } else { "" };
    format!("{sign}{whole}{}", trimmed.trim_end_matches('.'))
}

/// `registry/team/app:1` is a service `app`.
fn name_of_image(image: &str) -> String {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    let name = last.split(':').next().unwrap_or(last);
    let fits = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if !name.is_empty() && name.chars().all(fits) { name.to_owned() } else { "app".to_owned() }
}
