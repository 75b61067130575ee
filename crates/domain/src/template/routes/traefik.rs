//! A file for the file provider of Traefik.

use super::{Routes, Shared, head, joined};
use crate::on_demand::HostPattern;

/// A host goes before every path, and one that is named goes before one that only fits. Among paths, the longest one goes first: none
/// has nearly as many characters.
const NAMED: usize = 20_000;
/// The priority of hosts of which one only fits.
const FITTING: usize = 10_000;

pub(super) fn text(routes: &Routes) -> String {
    let Shared { by_host, by_path, left_out } = routes.shared();
    let mut lines = head("traefik.yml", &left_out);
    // Traefik refuses sections without anything in them.
    if routes.routes.is_empty() {
        lines.push("# There are no instances with a port.".to_owned());
        return joined(&lines);
    }
    lines.extend(["http:", "  routers:"].map(str::to_owned));
    for (route, hosts) in &by_host {
        let (fitting, named): (Vec<&HostPattern>, Vec<&HostPattern>) =
            hosts.iter().copied().partition(|host| host.wildcard().is_some());
        // A dot is in no name and in no key, so that no two instances have the same.
        let service = format!("{}.{}", route.template, route.key);
        router(
            &mut lines,
            (service.as_str(), "hosts"),
            &named.into_iter().map(host_rule).collect::<Vec<_>>(),
            NAMED,
        );
        router(
            &mut lines,
            (service.as_str(), "wildcards"),
            &fitting.into_iter().map(host_rule).collect::<Vec<_>>(),
            FITTING,
        );
    }
    for route in &by_path {
        let service = format!("{}.{}", route.template, route.key);
        let rule = format!("PathPrefix(`{}`)", route.prefix);
        router(&mut lines, (service.as_str(), "path"), &[rule], route.prefix.len());
        if !route.stem().is_empty() {
            lines.push(format!("      middlewares: ['{service}.path']"));
        }
    }
    lines.push("  services:".to_owned());
    for route in &routes.routes {
        lines.extend([
            format!("    '{}.{}':", route.template, route.key),
            "      loadBalancer:".to_owned(),
            "        servers:".to_owned(),
            format!("          - url: '{}'", routes.target(route)),
        ]);
    }
    let stripped: Vec<_> = by_path.into_iter().filter(|route| !route.stem().is_empty()).collect();
    if !stripped.is_empty() {
        lines.push("  middlewares:".to_owned());
    }
    for route in stripped {
        lines.extend([
            format!("    '{}.{}.path':", route.template, route.key),
            "      stripPrefix:".to_owned(),
            format!("        prefixes: ['{}']", route.stem()),
        ]);
    }
    joined(&lines)
}

/// A router for requests that fit one of these rules, if there are any.
fn router(lines: &mut Vec<String>, (service, kind): (&str, &str), rules: &[String], priority: usize) {
    if rules.is_empty() {
        return;
    }
    lines.extend([
        format!("    '{service}.{kind}':"),
        format!("      rule: '{}'", rules.join(" || ")),
        format!("      priority: {priority}"),
        format!("      service: '{service}'"),
    ]);
}

fn host_rule(host: &HostPattern) -> String {
    match host.wildcard() {
        Some(domain) => format!("HostRegexp(`^[^.]+\\.{}$`)", domain.replace('.', "\\.")),
        None => format!("Host(`{host}`)"),
    }
}
