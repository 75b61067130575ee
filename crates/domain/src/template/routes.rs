//! Configuration with which other proxies route requests to instances that have a port of the host.
//!
//! Nothing in it is quoted, since nothing in it can mean anything to the programs that read it: names of templates, keys, hosts and
//! the beginnings of paths consist of letters, digits and `_`, `.`, `-`, `~`, `/`, and of a `*.` in front of a host.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use core_monitor_message::Message;

use super::said;
use crate::names::{InstanceKey, TemplateName};
use crate::on_demand::HostPattern;

mod caddy;
mod nginx;
mod traefik;

/// Which requests are for an instance, and where it takes them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The template.
    pub template: TemplateName,
    /// Its key.
    pub key: InstanceKey,
    /// The hosts that requests for it name.
    pub hosts: Vec<HostPattern>,
    /// The beginning of the paths of requests for it that name no host of any instance, with a slash at both ends.
    pub prefix: String,
    /// The port of the host where it listens.
    pub port: u16,
}

impl Route {
    /// The prefix without the slash at its end, so nothing for `/`.
    fn stem(&self) -> &str {
        self.prefix.trim_end_matches('/')
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.template, self.key)
    }
}

/// The machine with the ports, as a proxy reaches it: a name or an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream(String);

impl Default for Upstream {
    /// The machine of the proxy itself.
    fn default() -> Self {
        Self("127.0.0.1".to_owned())
    }
}

impl FromStr for Upstream {
    type Err = Message;

    fn from_str(text: &str) -> Result<Self, Message> {
        match text.parse::<IpAddr>() {
            Ok(IpAddr::V4(address)) => return Ok(Self(address.to_string())),
            // In an address with a port, the brackets tell where it ends.
            Ok(IpAddr::V6(address)) => return Ok(Self(format!("[{address}]"))),
            Err(_) => {}
        }
        let host: HostPattern = text.parse()?;
        if host.wildcard().is_some() {
            return Err(said::upstream_is_no_machine(host.as_str()));
        }
        Ok(Self(String::from(host)))
    }
}

/// The instances that requests are routed to, in the order of their templates and keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes {
    routes: Vec<Route>,
    upstream: Upstream,
}

/// Who gets what: a host and a path are for one instance only, the first one.
struct Shared<'r> {
    /// The instances with hosts.
    by_host: Vec<(&'r Route, Vec<&'r HostPattern>)>,
    /// The instances with a path.
    by_path: Vec<&'r Route>,
    /// Lines about what is left out.
    left_out: Vec<String>,
}

impl Routes {
    /// These instances, whose ports are on that machine.
    pub fn new(mut routes: Vec<Route>, upstream: Upstream) -> Self {
        routes.sort();
        Self { routes, upstream }
    }

    /// A file to include in the `http` section of nginx.
    pub fn nginx(&self) -> String {
        nginx::text(self)
    }

    /// A Caddyfile.
    pub fn caddyfile(&self) -> String {
        caddy::text(self)
    }

    /// A file for the file provider of Traefik.
    pub fn traefik(&self) -> String {
        traefik::text(self)
    }

    /// Where an instance takes requests.
    fn target(&self, route: &Route) -> String {
        format!("http://{}:{}", self.upstream.0, route.port)
    }

    fn shared(&self) -> Shared<'_> {
        let mut shared = Shared { by_host: Vec::new(), by_path: Vec::new(), left_out: Vec::new() };
        let (mut hosts, mut paths) = (BTreeMap::new(), BTreeMap::new());
        for route in &self.routes {
            let mut own = Vec::new();
            for host in &route.hosts {
                match hosts.insert(host, route) {
                    None => own.push(host),
                    Some(other) => {
                        shared.left_out.push(left_out(host.as_str(), route, other));
                        hosts.insert(host, other);
                    }
                }
            }
            if !own.is_empty() {
                shared.by_host.push((route, own));
            }
            match paths.insert(route.prefix.as_str(), route) {
                None => shared.by_path.push(route),
                Some(other) => {
                    shared.left_out.push(left_out(&route.prefix, route, other));
                    paths.insert(route.prefix.as_str(), other);
                }
            }
        }
        shared
    }
}

fn left_out(what: &str, route: &Route, other: &Route) -> String {
    format!("# Left out: {what} of {route}, since {other} has it.")
}

/// The first lines of a file.
fn head(name: &str, left_out: &[String]) -> Vec<String> {
    let made = "# Made by Core Monitor from the instances of its templates; what is changed here is lost.";
    let mut lines = vec![made.to_owned(), format!("# GET /api/v1/routes/{name}")];
    lines.extend_from_slice(left_out);
    lines
}

/// Lines as the text of a file.
fn joined(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
