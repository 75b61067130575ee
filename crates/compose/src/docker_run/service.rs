//! Builds the service of an invocation, attribute by attribute.

use std::ops::Range;

use super::CommandError;
use super::draft::Draft;
use super::flags::{Meaning, Rule};
use super::invocation::{Given, Invocation};
use super::said;
use super::{mounts, resources};
use crate::document::Item;

/// Converts every flag and reports all independent errors at once.
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
                let hint = said::run_restart_policies();
                self.fail_with_hint(at, said::run_restart_policy_unknown(value), hint);
            }
            // `-1`, no limit, is the only value that is not a size.
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
                    self.set_entry(attribute, key, Item::Text(value.to_owned()), at);
                }
                _ => self.fail(at, said::run_flag_key_value(flag.name)),
            },
            Meaning::DroppedSwitch(_) if !given.is_on() => {}
            Meaning::DroppedSwitch(why) | Meaning::Dropped(why) => {
                self.note(said::run_flag_left_out(flag.name, why()));
            }
            Meaning::Special(rule) => self.special(rule, given),
        }
    }

    fn special(&mut self, rule: Rule, given: &Given) {
        let Given { value, at, .. } = given;
        match rule {
            Rule::AddHost => self.push("extra_hosts", Item::Text(value.clone()), at),
            Rule::Entrypoint => self.put("entrypoint", Item::Words(vec![value.clone()]), at),
            Rule::Env => self.variable(value, at),
            Rule::EnvFile => {
                let path = self.project_file(value);
                let file = Item::map([
                    ("path", Some(Item::Text(path))),
                    // `docker run` reads these files literally, without quotes and variables.
                    ("format", Some(Item::literal("raw"))),
                ]);
                self.push("env_file", file, at);
            }
            Rule::HealthCmd if value.is_empty() => {}
            Rule::HealthCmd => self.set_entry("healthcheck", "test", Item::Text(value.clone()), at),
            Rule::Health(_) if matches!(value.as_str(), "0" | "0s") => {}
            Rule::Health(key) => self.set_entry("healthcheck", key, Item::Text(value.clone()), at),
            Rule::HealthRetries if value == "0" => {}
            Rule::HealthRetries => {
                if let Some(number) = self.number(given, value) {
                    self.set_entry("healthcheck", "retries", number, at);
                }
            }
            Rule::NoHealthcheck if given.is_on() => {
                self.set_entry("healthcheck", "disable", Item::Flag(true), at);
            }
            Rule::Label => {
                let (key, text) = value.split_once('=').unwrap_or((value, ""));
                self.set_entry("labels", key, Item::Text(text.to_owned()), at);
            }
            Rule::LabelFile => {
                let path = self.project_file(value);
                self.push("label_file", Item::Text(path), at);
            }
            Rule::Name => self.name(value, at),
            Rule::PublishAll if given.is_on() => {
                self.note(said::run_publish_all());
            }
            Rule::NoHealthcheck | Rule::PublishAll => {}
            Rule::Publish => resources::publish(self, value, at),
            Rule::SecurityOpt => {
                if value.starts_with("seccomp=")
                    && !value.ends_with("=unconfined")
                    && !value.ends_with("=builtin")
                {
                    self.note(said::run_seccomp_profile());
                }
                self.push("security_opt", Item::Text(value.clone()), at);
            }
            Rule::Ip(_) | Rule::Link | Rule::LinkLocalIp | Rule::Network | Rule::NetworkAlias => {
                super::networks::flag(self, rule, given);
            }
            Rule::Mount | Rule::Volume | Rule::VolumeDriver | Rule::VolumesFrom => {
                mounts::flag(self, rule, given);
            }
            _ => resources::flag(self, rule, given),
        }
    }

    /// A number, or a variable that contains one.
    pub(super) fn number(&mut self, given: &Given, text: &str) -> Option<Item> {
        if text.contains("${") {
            return Some(Item::Text(text.to_owned()));
        }
        let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
        if plain && text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Some(Item::Number(canonical_number(text)));
        }
        self.fail(&given.at, said::run_flag_not_a_number(given.flag.name, text));
        None
    }

    fn variable(&mut self, text: &str, at: &Range<usize>) {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if name.is_empty() || name.contains("${") {
            return self.fail(at, said::run_variable_without_name());
        }
        if value.is_none() {
            self.note(said::run_variable_from_shell(name));
        }
        let value = value.map_or(Item::Null, |value| Item::Text(value.to_owned()));
        self.set_entry("environment", name, value, at);
    }

    /// Places a file next to the compose file, since a stack contains no other files.
    fn project_file(&mut self, path: &str) -> String {
        let outside = path.starts_with(['/', '~', '$']) || path.split('/').any(|step| step == "..");
        let path = path.strip_prefix("${PWD}/").or_else(|| path.strip_prefix("./")).unwrap_or(path);
        let inside = if outside { path.rsplit('/').next().unwrap_or(path) } else { path };
        self.note(said::run_save_file(inside));
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
                said::run_container_name_invalid(name),
                said::run_container_name_rule(),
            );
        }
        self.put("container_name", Item::literal(name), at);
        self.name = Some(name.to_owned());
    }

    /// The engine accepts only single ports; `docker run` expands ranges.
    fn expose(&mut self, attribute: &'static str, value: &str, at: &Range<usize>) {
        const MAX_PORTS: u32 = 1000;
        let (range, protocol) = value.split_once('/').unwrap_or((value, "tcp"));
        let bounds = range.split_once('-').unwrap_or((range, range));
        let (Ok(first), Ok(last)) = (bounds.0.parse::<u16>(), bounds.1.parse::<u16>()) else {
            return self.fail(at, said::run_not_a_port(value));
        };
        if last < first || u32::from(last - first) >= MAX_PORTS {
            return self.fail(at, said::run_not_a_port_range(value, MAX_PORTS));
        }
        for port in first..=last {
            // Always with a protocol: the engine does not accept a port without one here.
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

/// Removes a sign and leading zeros, which YAML would read as octal.
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
