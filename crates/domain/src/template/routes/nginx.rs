//! A file to include in the `http` section of nginx.

use super::{Routes, Shared, head, joined};
use crate::on_demand::HostPattern;

/// The longest name of a host that nginx takes unless it is told otherwise, on a processor with the usual lines of its cache.
const SHORT: usize = 46;

/// What a request to change the protocol becomes. The name is long, so that it is in no other file.
const UPGRADE: [&str; 4] =
    ["map $http_upgrade $core_monitor_connection {", "    default upgrade;", "    ''      '';", "}"];

/// What the instance learns of the request.
const HEADERS: [&str; 6] = [
    "proxy_http_version 1.1;",
    "proxy_set_header Host $host;",
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    "proxy_set_header X-Forwarded-Proto $scheme;",
    "proxy_set_header Upgrade $http_upgrade;",
    "proxy_set_header Connection $core_monitor_connection;",
];

pub(super) fn text(routes: &Routes) -> String {
    let Shared { by_host, by_path, left_out } = routes.shared();
    let mut lines = head("nginx.conf", &left_out);
    // It can stand only once in a configuration, so it is written only where nothing works without it.
    if by_host.iter().flat_map(|(_, hosts)| hosts).any(|host| host.as_str().len() > SHORT) {
        lines.push("server_names_hash_bucket_size 512;".to_owned());
    }
    lines.extend(UPGRADE.map(str::to_owned));
    for (route, hosts) in by_host {
        let names: Vec<&str> = hosts.into_iter().map(HostPattern::as_str).collect();
        lines.extend([
            String::new(),
            format!("# {route}"),
            "server {".to_owned(),
            "    listen 80;".to_owned(),
            format!("    server_name {};", names.join(" ")),
            String::new(),
        ]);
        location(&mut lines, "/", &routes.target(route), "");
        lines.push("}".to_owned());
    }
    lines.extend(["", "# Every other host", "server {", "    listen 80 default_server;"].map(str::to_owned));
    lines.push("    server_name _;".to_owned());
    let is_complete = by_path.iter().any(|route| route.prefix == "/");
    for route in by_path {
        lines.extend([String::new(), format!("    # {route}")]);
        // With a path behind the port, nginx puts it in the place of the prefix.
        location(&mut lines, &route.prefix, &format!("{}/", routes.target(route)), route.stem());
    }
    if !is_complete {
        lines.extend(["", "    location / {", "        return 404;", "    }"].map(str::to_owned));
    }
    lines.push("}".to_owned());
    joined(&lines)
}

/// What becomes of the requests below a path, of which the instance does not see `stem`.
fn location(lines: &mut Vec<String>, path: &str, target: &str, stem: &str) {
    lines.push(format!("    location {path} {{"));
    lines.push(format!("        proxy_pass {target};"));
    lines.extend(HEADERS.map(|header| format!("        {header}")));
    if !stem.is_empty() {
        lines.push(format!("        proxy_set_header X-Forwarded-Prefix {stem};"));
    }
    lines.push("    }".to_owned());
}
