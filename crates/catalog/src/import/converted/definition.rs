//! Writes the compose file of one template.

mod variable;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use core_monitor_compose::document::{Item, literal, print};
use core_monitor_message::Message;
use serde_json::Value as Json;

use self::variable::scalar;
use super::super::template::unless_empty;
use super::super::{free, image, list, slug, text};
use super::{ConvertedTemplate, line};
use crate::said;

/// Names that no parameter may have.
const RESERVED: [&str; 2] = ["TEMPLATE_NAME", "INSTANCE"];
/// How many instances can have a port of their own.
const PORTS: u16 = 100;
/// Where ports of the host begin that stand for privileged ones of containers: 80 becomes 8080.
const UNPRIVILEGED: u16 = 8000;
/// Folders that are the host itself and no data: a volume could not stand for them.
const OF_THE_HOST: [&str; 8] =
    ["/dev", "/etc", "/lib/modules", "/proc", "/run", "/sys", "/var/lib/docker", "/var/run"];
/// How containers are restarted unless a template says something.
const RESTART: &str = "unless-stopped";
/// How containers may be restarted, beside `on-failure` with a number.
const RESTARTS: [&str; 4] = ["no", "always", "on-failure", "unless-stopped"];
/// Tags between which words do not belong together.
const BLOCKS: [&str; 5] = ["br", "div", "li", "p", "ul"];

/// A compose file, and what to know about it.
pub(super) struct Written {
    pub(super) compose: String,
    pub(super) notes: Vec<Message>,
}

/// The compose file; `None` if the template has no image.
pub(super) fn written(template: &Json, head: &ConvertedTemplate) -> Option<Written> {
    let image = image(template)?;
    let mut draft = Draft::new();
    let network = draft.network(template);
    let environment = draft.environment(template);
    let ports: Vec<_> = match network {
        Some(_) => Vec::new(),
        None => list(template, "ports").iter().filter_map(|port| draft.port(port)).collect(),
    };
    let volumes: Vec<_> =
        list(template, "volumes").iter().filter_map(|volume| draft.volume(volume)).collect();
    let labels = list(template, "labels").iter().filter_map(|label| {
        Some((text(label, "name")?.to_owned(), Item::literal(&scalar(label, "value").unwrap_or_default())))
    });
    let restart = draft.restart(template);
    let flag = |key: &str| template.get(key).and_then(Json::as_bool).filter(|flag| *flag).map(Item::Flag);
    let privileged = flag("privileged");
    if privileged.is_some() {
        draft.notes.push(said::converted_privileged());
    }
    let note = text(template, "note").map(|note| line(&without_tags(note)));
    draft.notes.extend(note.filter(|note| !note.is_empty()).map(said::converted_note_of_author));
    let service = Item::map([
        ("image", Some(Item::literal(&image))),
        ("command", text(template, "command").map(Item::literal)),
        ("restart", Some(Item::literal(restart))),
        ("network_mode", network.map(Item::literal)),
        ("hostname", text(template, "hostname").map(Item::literal)),
        ("environment", unless_empty(environment)),
        ("ports", (!ports.is_empty()).then_some(Item::List(ports))),
        ("volumes", (!volumes.is_empty()).then_some(Item::List(volumes))),
        ("labels", unless_empty(labels.collect())),
        ("privileged", privileged),
        ("stdin_open", flag("interactive")),
        ("tty", flag("interactive")),
    ]);
    let Draft { parameters, volumes, notes, .. } = draft;
    let declared = Item::map([
        ("title", Some(words(&head.title))),
        ("description", head.description.as_deref().map(words)),
        ("parameters", unless_empty(parameters)),
    ]);
    let volumes = volumes.into_iter().map(|name| (name, Item::Map(Vec::new())));
    let sections = [
        ("x-core-monitor", Some(Item::map([("template", Some(declared))]))),
        ("services", Some(Item::Map(vec![(slug(&head.title), service)]))),
        ("volumes", unless_empty(volumes.collect())),
    ];
    let sections = sections.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Some(Written { compose: print(&sections.collect::<Vec<_>>()), notes })
}

/// What the parts of a template need.
struct Draft {
    parameters: Vec<(String, Item)>,
    /// The names of the parameters, and those that none may have.
    names: BTreeSet<String>,
    ports: Vec<HostPort>,
    /// Named volumes.
    volumes: BTreeSet<String>,
    notes: Vec<Message>,
}

/// A parameter that is a port of the host.
struct HostPort {
    parameter: String,
    /// The port of the host that the template names, and the one of the container.
    named: (Option<u16>, u16),
    /// The first one of its range.
    first: u16,
}

impl Draft {
    fn new() -> Self {
        Self {
            parameters: Vec::new(),
            names: RESERVED.map(str::to_owned).into(),
            ports: Vec::new(),
            volumes: BTreeSet::new(),
            notes: Vec::new(),
        }
    }

    /// Declares a parameter, and returns its name.
    fn parameter(
        &mut self,
        wanted: &str,
        kind: &str,
        fields: impl IntoIterator<Item = (&'static str, Option<Item>)>,
    ) -> String {
        let name = self.name(wanted);
        let kind = ("type", Some(Item::literal(kind)));
        self.parameters.push((name.clone(), Item::map(std::iter::once(kind).chain(fields))));
        name
    }

    /// The name of a variable that no other parameter has.
    fn name(&mut self, wanted: &str) -> String {
        let usable = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let mut first: String = wanted.chars().take(100).map(usable).collect();
        if !first.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            first.insert(0, '_');
        }
        let numbered = (2..).map(|number| format!("{first}_{number}"));
        let mut names = std::iter::once(first.clone()).chain(numbered);
        let name = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.insert(name.clone());
        name
    }

    /// Whether and when its container is started again.
    fn restart<'a>(&mut self, template: &'a Json) -> &'a str {
        let Some(policy) = text(template, "restart_policy") else { return RESTART };
        let times = policy.strip_prefix("on-failure:").and_then(|times| times.parse::<u32>().ok());
        if RESTARTS.contains(&policy) || times.is_some() {
            return policy;
        }
        self.notes.push(said::converted_restart_replaced(line(policy)));
        RESTART
    }

    /// The mode of a network that is none of the instance's own.
    fn network(&mut self, template: &Json) -> Option<&'static str> {
        match text(template, "network")? {
            "bridge" | "default" => None,
            "host" => {
                self.notes.push(said::converted_host_network());
                Some("host")
            }
            "none" => Some("none"),
            network => {
                self.notes.push(said::converted_network_replaced(network));
                None
            }
        }
    }

    /// `8080:80/tcp`, or `80` for any port of the host.
    fn port(&mut self, port: &Json) -> Option<Item> {
        let written = match port {
            Json::String(text) => text.clone(),
            Json::Number(number) => number.to_string(),
            _ => return None,
        };
        let published = self.published(&written);
        if published.is_none() {
            self.notes.push(said::converted_port_left_out(line(&written)));
        }
        published.map(Item::Text)
    }

    fn published(&mut self, written: &str) -> Option<String> {
        let mut parts = written.rsplitn(3, ':');
        let inside = parts.next()?;
        let host = match parts.next() {
            Some(host) if !host.is_empty() => Some(number(host)?),
            _ => None,
        };
        let address = match parts.next() {
            Some(address) => format!("{}:", address.parse::<Ipv4Addr>().ok()?),
            None => String::new(),
        };
        let (port, protocol) = inside.split_once('/').unwrap_or((inside, "tcp"));
        let port = number(port)?;
        let protocol = match protocol.to_ascii_lowercase().as_str() {
            "tcp" => "",
            "udp" => "/udp",
            "sctp" => "/sctp",
            _ => return None,
        };
        let parameter = self.host_port((host, port));
        Some(format!("{address}${{{parameter}}}:{port}{protocol}"))
    }

    /// The parameter for a port of the host. The same port with another protocol is the same number.
    fn host_port(&mut self, named: (Option<u16>, u16)) -> String {
        if let Some(known) = self.ports.iter().find(|known| known.named == named) {
            return known.parameter.clone();
        }
        let (host, inside) = named;
        let wanted = host.unwrap_or(if inside < 1024 { UNPRIVILEGED + inside } else { inside });
        // A template is checked with the first ports of all ranges, which are the ports of one instance.
        let mut firsts = (0..PORTS).map(|step| wanted.saturating_add(step * PORTS));
        let is_free = |first: &u16| !self.ports.iter().any(|known| known.first == *first);
        let first = firsts.find(is_free).unwrap_or(wanted);
        let range = format!("{first}-{}", first.saturating_add(PORTS - 1));
        let label = Item::Text(format!("Port {inside}"));
        let fields = [("range", Some(Item::Text(range))), ("label", Some(label))];
        let parameter = self.parameter("PORT", "host_port", fields);
        self.ports.push(HostPort { parameter: parameter.clone(), named, first });
        parameter
    }

    /// A volume of the instance. Only what is the host itself stays a path of it: instances do not share data.
    fn volume(&mut self, volume: &Json) -> Option<Item> {
        let inside = volume.as_str().or(text(volume, "container"))?;
        // A `:` would begin the mode of the mount.
        if !inside.starts_with('/') || inside.contains(':') {
            self.notes.push(said::converted_volume_left_out(line(inside)));
            return None;
        }
        let mode = if volume.get("readonly").and_then(Json::as_bool) == Some(true) { ":ro" } else { "" };
        let source = match text(volume, "bind") {
            Some(path) if is_of_the_host(path) => {
                self.notes.push(said::converted_path_kept(line(path)));
                literal(path)
            }
            path => {
                if let Some(path) = path {
                    self.notes.push(said::converted_path_replaced(line(inside), line(path)));
                }
                let name = free(&slug(inside), &self.volumes);
                self.volumes.insert(name.clone());
                name
            }
        };
        Some(Item::Text(format!("{source}:{}{mode}", literal(inside))))
    }
}

fn number(text: &str) -> Option<u16> {
    text.parse::<u16>().ok().filter(|port| *port > 0)
}

fn is_of_the_host(path: &str) -> bool {
    let is_below = |folder: &&str| {
        path.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // `/run/../home` is below `/run` only in writing.
    let goes_up = path.split('/').any(|part| part == "..");
    !goes_up && (path == "/" || OF_THE_HOST.iter().any(is_below))
}

/// A text for people. A declaration is read as it stands, so `$` is doubled only where the loader would read a variable.
fn words(text: &str) -> Item {
    if begins_a_variable(text) { Item::literal(text) } else { Item::Text(text.to_owned()) }
}

/// Whether the loader of a compose file would take a `$` in it for that of a variable.
fn begins_a_variable(text: &str) -> bool {
    let begins = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '{';
    text.split('$').skip(1).any(|behind| behind.starts_with(begins))
}

/// The text of a note, which may be HTML.
fn without_tags(html: &str) -> String {
    let (mut text, mut rest) = (String::new(), html);
    while let Some((before, (tag, behind))) =
        rest.split_once('<').and_then(|(before, after)| Some((before, after.split_once('>')?)))
    {
        text.push_str(before);
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        if name.is_some_and(|name| BLOCKS.contains(&name)) {
            text.push(' ');
        }
        rest = behind;
    }
    text + rest
}
