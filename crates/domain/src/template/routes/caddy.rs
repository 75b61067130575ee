//! A Caddyfile.

use super::{Routes, Shared, head, joined};

pub(super) fn text(routes: &Routes) -> String {
    let Shared { by_host, by_path, left_out } = routes.shared();
    let mut lines = head("Caddyfile", &left_out);
    for (route, hosts) in by_host {
        // Without `http://`, Caddy would ask for certificates.
        let sites: Vec<String> = hosts.into_iter().map(|host| format!("http://{host}")).collect();
        lines.extend([
            String::new(),
            format!("# {route}"),
            format!("{} {{", sites.join(", ")),
            format!("\treverse_proxy {}", routes.target(route)),
            "}".to_owned(),
        ]);
    }
    lines.extend(["", "# Every other host", ":80 {"].map(str::to_owned));
    for route in by_path {
        let (prefix, stem) = (&route.prefix, route.stem());
        lines.push(format!("\t# {route}"));
        if !stem.is_empty() {
            // Relative addresses in a page are below the last slash of its own.
            lines.push(format!("\tredir {stem} {prefix} permanent"));
        }
        lines.push(format!("\thandle_path {prefix}* {{"));
        lines.push(format!(
            "\t\treverse_proxy {}{}",
            routes.target(route),
            if stem.is_empty() { "" } else { " {" }
        ));
        if !stem.is_empty() {
            lines.push(format!("\t\t\theader_up X-Forwarded-Prefix {stem}"));
            lines.push("\t\t}".to_owned());
        }
        lines.push("\t}".to_owned());
    }
    lines.extend(["\thandle {", "\t\trespond 404", "\t}", "}"].map(str::to_owned));
    joined(&lines)
}
