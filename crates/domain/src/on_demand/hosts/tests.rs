use core_monitor_compose::{LoadOptions, ProjectFiles, load};

use super::*;
use crate::desired::declared_on_demand;

/// A stack of services, each with the hosts and paths that it asks for.
fn stack(name: &str, services: &[(&str, &str)]) -> (StackName, Vec<(ServiceName, OnDemand)>) {
    let lines = services.iter().map(|(service, asked)| {
        format!(
            "  {service}: {{image: demo, expose: [80], x-core-monitor: {{on-demand: {{hosts: {asked}}}}}}}\n"
        )
    });
    let text = format!("name: {name}\nservices:\n{}", lines.collect::<String>());
    let mut files = ProjectFiles::new();
    files.add_compose("compose.yaml", text.into_bytes());
    let options = LoadOptions { project_directory: "/shop".to_owned(), ..LoadOptions::default() };
    let project = load(&files, &options).unwrap().project;
    (name.parse().unwrap(), declared_on_demand(&project).unwrap())
}

fn told(stacks: &[(StackName, Vec<(ServiceName, OnDemand)>)]) -> Vec<String> {
    let claimants = stacks.iter().map(|(stack, doors)| Claimant {
        stack,
        doors: doors.iter().map(|(service, door)| (service, door)).collect(),
    });
    let words = clashes(claimants).into_iter().map(|clash| {
        let ((stack, service), (other, refused)) = (&clash.taken_by, &clash.refused_to);
        format!("{}: {stack}/{service}, not {other}/{refused}", clash.address())
    });
    words.collect()
}

#[test]
fn the_most_senior_stack_keeps_what_another_one_asks_for_too() {
    let old = stack("old", &[("web", "[x.org, y.org]")]);
    let new = stack("new", &[("site", "[X.org., z.org]"), ("api", "[y.org], path: /api")]);
    let third = stack("third", &[("a", "[z.org]"), ("b", "[x.org]")]);
    assert_eq!(
        told(&[old.clone(), new.clone(), third.clone()]),
        ["x.org: old/web, not new/site", "z.org: new/site, not third/a", "x.org: old/web, not third/b"]
    );
    assert_eq!(told(&[new, old]), ["x.org: new/site, not old/web"]);
    assert_eq!(told(&[third]), [""; 0]);
}

#[test]
fn the_same_path_of_the_same_host_is_the_same() {
    let one = stack("one", &[("web", "[x.org], path: [/a, /b]"), ("all", "['*.x.org']")]);
    let two = stack("two", &[("web", "[x.org], path: /b/"), ("sub", "[s.x.org]"), ("all", "['*.x.org']")]);
    assert_eq!(told(&[one, two]), ["x.org/b: one/web, not two/web", "*.x.org: one/all, not two/all"]);
}
