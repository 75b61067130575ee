//! Every entry of the catalogue on a real engine, with a stand-in for its image: whether the engine takes its networks, volumes,
//! configs, secrets, users, limits, capabilities, ports and dependencies, and whether everything becomes healthy.
//!
//! The stand-in stays up and has a program under the name of each one that the health checks run. What real software makes of
//! variables and commands is shown by `real`, for what Debian has. Images are replaced in the file, since one with the name of a
//! real image would be taken for it by everybody on this engine.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use regex_lite::Regex;
use serde_json::{Map, Value, json};
use stand_in::{Programs, StandIn};

use crate::harness::{Installation, Stack, free_port, remove_labelled, unique};

mod real;
mod stand_in;

#[test]
fn databases_and_caches() {
    components(&["database", "cache"]);
}

#[test]
fn brokers_search_and_storage() {
    components(&["broker", "search", "storage"]);
}

#[test]
fn web_servers_and_middleware() {
    components(&["web", "middleware"]);
}

#[test]
fn runtimes() {
    components(&["runtime"]);
}

#[test]
fn monitoring_and_tools() {
    components(&["monitoring", "tool"]);
}

#[test]
fn components_of_applications() {
    components(&["application"]);
}

#[test]
fn applications_up_to_m() {
    applications(|id| id < "n");
}

#[test]
fn applications_from_n() {
    applications(|id| id >= "n");
}

/// Each in a stack of its own.
fn applications(wanted: fn(&str) -> bool) {
    let installation = Installation::start();
    let catalog = Catalog::of(&installation);
    let applications = catalog.entries.iter().filter(|(_, entry)| entry["kind"] == "application");
    let ids: Vec<&String> = applications.map(|(id, _)| id).filter(|id| wanted(id)).collect();
    assert!(ids.len() >= 5, "{ids:?}");
    for id in ids {
        let choice = json!({"entry": id, "as": "main", "options": catalog.options(id), "connect": {}});
        // Few containers, which wait for each other.
        becomes_healthy(&installation, &catalog, id, &json!([choice]), "1s");
    }
}

/// All components of some categories in one stack, each connected to something for every requirement.
fn components(categories: &[&str]) {
    let installation = Installation::start();
    let catalog = Catalog::of(&installation);
    let mut chosen = Chosen { catalog: &catalog, choices: Vec::new(), begun: BTreeSet::new() };
    for (id, entry) in &catalog.entries {
        if entry["kind"] == "component" && categories.contains(&entry["category"].as_str().unwrap()) {
            chosen.add(id);
        }
    }
    assert!(chosen.choices.len() >= 5, "{:?}", chosen.begun);
    becomes_healthy(&installation, &catalog, categories[0], &Value::Array(chosen.choices), "2s");
}

/// The built-in entries, as the API lists them.
struct Catalog {
    entries: BTreeMap<String, Value>,
    /// Ports that were given to an option.
    ports: RefCell<BTreeSet<u16>>,
    /// Images that stand in for others. Many entries need the same programs.
    stand_ins: RefCell<BTreeMap<Programs, StandIn>>,
}

impl Catalog {
    fn of(installation: &Installation) -> Self {
        let list = installation.api.get("/api/v1/catalog").expect(200);
        let built_in = list["items"].as_array().unwrap().iter().filter(|entry| entry["origin"] == "built_in");
        let entries = built_in.map(|entry| (entry["id"].as_str().unwrap().to_owned(), entry.clone()));
        Self { entries: entries.collect(), ports: RefCell::default(), stand_ins: RefCell::default() }
    }

    /// An image with these programs.
    fn stand_in(&self, programs: Programs) -> String {
        let mut made = self.stand_ins.borrow_mut();
        made.entry(programs).or_insert_with_key(StandIn::make).image().to_owned()
    }

    /// Every port of the host published somewhere free, and what has to be chosen.
    fn options(&self, id: &str) -> Map<String, Value> {
        let options = self.entries[id]["options"].as_array().unwrap().iter();
        let value = |option: &Value| match (option["id"].as_str()?, option["kind"].as_str()?) {
            // Jobs end, what serves stays up.
            ("load" | "train", _) => Some(json!("true")),
            ("serve" | "page", _) => Some(json!("idle")),
            ("start", _) if option["default"].is_null() => Some(json!("idle")),
            (_, "host_port") => Some(json!(self.port())),
            (_, "image") => Some(json!("registry.example/app:1.4.2")),
            _ => None,
        };
        options.filter_map(|option| Some((option["id"].as_str()?.to_owned(), value(option)?))).collect()
    }

    fn port(&self) -> u16 {
        let mut ports = self.ports.borrow_mut();
        iter::repeat_with(free_port).find(|port| ports.insert(*port)).unwrap()
    }
}

/// What a stack is made of.
struct Chosen<'c> {
    catalog: &'c Catalog,
    choices: Vec<Value>,
    begun: BTreeSet<&'c str>,
}

impl<'c> Chosen<'c> {
    /// Adds a component, after what it is connected to.
    fn add(&mut self, id: &'c str) {
        if !self.begun.insert(id) {
            return;
        }
        let requires = self.catalog.entries[id]["requires"].as_array().unwrap();
        let connect: Map<String, Value> = requires
            .iter()
            .map(|requirement| {
                let provider = self.provider(requirement);
                self.add(provider);
                (requirement["id"].as_str().unwrap().to_owned(), json!(provider))
            })
            .collect();
        let options = self.catalog.options(id);
        self.choices.push(json!({"entry": id, "as": id, "options": options, "connect": connect}));
    }

    /// A component that offers what is required: one that is chosen already, or the one that itself needs the least.
    fn provider(&self, requirement: &Value) -> &'c str {
        let wanted = requirement["interfaces"].as_array().unwrap();
        let offers = |entry: &Value| {
            let offered = entry["provides"].as_array().unwrap();
            entry["kind"] == "component" && offered.iter().any(|offer| wanted.contains(&offer["interface"]))
        };
        let is_chosen = |id: &str| self.choices.iter().any(|choice| choice["entry"] == id);
        let entries = self.catalog.entries.iter().map(|(id, entry)| (id.as_str(), entry));
        // One that was begun and is not chosen yet waits for this one.
        let fits = entries.filter(|(id, entry)| offers(entry) && (is_chosen(id) || !self.begun.contains(id)));
        let needs = |entry: &Value| entry["requires"].as_array().unwrap().len();
        let best = fits.min_by_key(|(id, entry)| (!is_chosen(id), needs(entry), *id));
        best.map_or_else(|| panic!("nothing offers {wanted:?}"), |(id, _)| id)
    }
}

/// Renders, saves and applies the choices with this interval between health checks, and removes what they became.
fn becomes_healthy(
    installation: &Installation,
    catalog: &Catalog,
    name: &str,
    components: &Value,
    interval: &str,
) {
    let name = unique(&format!("catalog-{name}-"));
    let request = json!({"name": name, "components": components});
    let draft = installation.api.post("/api/v1/wizard", &[JSON], &request.to_string()).expect(200);
    assert_eq!(draft["problems"], json!([]), "{name}");
    // Proxies are public, which is right on the ports 80 and 443; those of the tests are whatever is free.
    let is_serious = |finding: &&Value| {
        (finding["severity"] == "error" || finding["severity"] == "warning")
            && finding["code"] != "public-port"
    };
    let serious: Vec<_> = draft["findings"].as_array().unwrap().iter().filter(is_serious).collect();
    assert!(serious.is_empty(), "{name}: {serious:#?}");

    let image = catalog.stand_in(Programs::of(&draft["model"]));
    let compose = with_stand_in(draft["compose"].as_str().unwrap(), &image, interval);
    let variables = draft["variables"].as_array().unwrap().iter();
    let secrets: Map<String, Value> = variables
        .map(|variable| (variable["name"].as_str().unwrap().to_owned(), json!({"generate": {}})))
        .collect();
    let body = json!({"compose": compose, "secret_variables": secrets});
    let stack: Stack = installation.create_posting(&name, &body);
    stack.apply(1).done();

    let status = stack.status();
    assert_eq!(status["state"], "running", "{status:#}");
    assert_eq!(status["drift"]["drifted"], false, "{:#}", status["drift"]);
    for (container, found) in stack.containers() {
        let (state, code) = (&found["State"]["Health"]["Status"], &found["State"]["ExitCode"]);
        assert!(
            state == "healthy" || state.is_null() && code == 0,
            "{container} of {name}: {:#}",
            found["State"]
        );
    }
    // An engine has addresses for about thirty networks.
    remove_labelled(&format!("io.core-monitor.stack={}", stack.id));
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// The file with another image everywhere, health checks at short intervals with patience, and short stops.
fn with_stand_in(compose: &str, image: &str, interval: &str) -> String {
    let lines = [
        ("image", image),
        ("interval", interval),
        ("timeout", "30s"),
        ("retries", "100"),
        ("stop_grace_period", "1s"),
    ];
    lines.iter().fold(compose.to_owned(), |text, (key, value)| {
        let line = Regex::new(&format!("(?m)^( +){key}: .*$")).unwrap();
        line.replace_all(&text, format!("${{1}}{key}: {value}")).into_owned()
    })
}
