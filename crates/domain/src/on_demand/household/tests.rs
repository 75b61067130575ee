use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use super::*;
use crate::desired::declared_on_demand;

fn household(services: &str) -> Household {
    let text = format!("name: shop\nservices:\n{services}");
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yaml", text.into_bytes());
    let options = LoadOptions { project_directory: "/shop".to_owned(), ..LoadOptions::default() };
    let project = load(&files, &options).unwrap().project;
    let stack = DesiredStack::from_project(&project).unwrap();
    Household::of(&stack, &declared_on_demand(&project).unwrap())
}

fn name(text: &str) -> ServiceName {
    text.parse().unwrap()
}

fn names(texts: &[&str]) -> BTreeSet<ServiceName> {
    texts.iter().map(|text| name(text)).collect()
}

const DOOR: &str = "x-core-monitor: {on-demand: {port: 80}}";

#[test]
fn a_service_wakes_with_everything_it_needs_and_its_companions() {
    let shop = household(&format!(
        "  web: {{image: a, depends_on: [api], x-core-monitor: {{on-demand: {{port: 80, companions: [mailer]}}}}}}\n  \
         api: {{image: a, depends_on: [db]}}\n  mailer: {{image: a, depends_on: [queue]}}\n  \
         db: {{image: a}}\n  queue: {{image: a, network_mode: \"service:vpn\"}}\n  vpn: {{image: a}}\n  other: {{image: a}}\n  idle: {{image: a, {DOOR}}}\n"
    ));
    let all = names(&["web", "api", "mailer", "db", "queue", "vpn"]);
    assert_eq!(shop.wakes(&name("web")), all);
    assert_eq!(shop.sleeps(&name("web"), []), all);
    assert_eq!(shop.wakes(&name("db")), BTreeSet::new(), "nobody asks for it by itself");
}

#[test]
fn what_two_need_sleeps_with_the_last_of_them() {
    let two = household(&format!(
        "  a: {{image: a, depends_on: [db], {DOOR}}}\n  b: {{image: a, depends_on: [db], {DOOR}}}\n  db: {{image: a}}\n"
    ));
    assert_eq!(two.sleeps(&name("a"), [&name("b")]), names(&["a"]));
    assert_eq!(two.sleeps(&name("a"), []), names(&["a", "db"]));
}

#[test]
fn what_a_service_that_never_sleeps_needs_stays_awake() {
    let held = household(&format!(
        "  web: {{image: a, depends_on: [db], {DOOR}}}\n  worker: {{image: a, depends_on: [db]}}\n  db: {{image: a}}\n"
    ));
    assert_eq!(held.wakes(&name("web")), names(&["db", "web"]));
    assert_eq!(held.sleeps(&name("web"), []), names(&["web"]));
    assert!(held.is_held(&name("db")) && !held.is_held(&name("web")));
}

#[test]
fn a_job_keeps_nothing_awake() {
    let migrated = household(&format!(
        "  web: {{image: a, depends_on: [db], {DOOR}}}\n  \
         migrate: {{image: a, restart: \"no\", depends_on: [db]}}\n  db: {{image: a}}\n"
    ));
    assert_eq!(migrated.sleeps(&name("web"), []), names(&["db", "web"]));
}

#[test]
fn a_dependency_that_is_asked_for_itself_is_leased_and_sleeps_by_its_own_time() {
    let leased = household(&format!(
        "  web: {{image: a, depends_on: [db], {DOOR}}}\n  db: {{image: a, depends_on: [disk], {DOOR}}}\n  disk: {{image: a}}\n"
    ));
    assert_eq!(leased.wakes(&name("web")), names(&["db", "disk", "web"]));
    assert_eq!(leased.leased_by(&name("web")), names(&["db"]));
    assert_eq!(leased.sleeps(&name("web"), [&name("db")]), names(&["web"]));
    assert_eq!(leased.sleeps(&name("db"), []), names(&["db", "disk"]));
}

#[test]
fn an_always_on_service_holds_itself_and_what_it_needs() {
    let on = household(
        "  web: {image: a, depends_on: [db], x-core-monitor: {on-demand: {port: 80, always-on: true}}}\n  db: {image: a}\n",
    );
    assert!(on.is_held(&name("web")) && on.is_held(&name("db")));
    assert_eq!(on.sleeps(&name("web"), []), BTreeSet::new());
}
