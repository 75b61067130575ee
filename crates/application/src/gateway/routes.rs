//! Which service a request is for.

use std::collections::HashMap;
use std::sync::Arc;

use core_monitor_domain::on_demand::hosts::{Claims, Clash};

use super::Door;

/// Which service a request is for. It is made anew when something changes, and whoever has it goes on with what it was.
#[derive(Debug, Default)]
pub struct Routes {
    /// By host, the longest beginnings of paths first.
    hosts: HashMap<String, Vec<Route>>,
    /// By the domain of `*.domain`.
    below: HashMap<String, Vec<Route>>,
    /// By the name of the service and of `stack/service`, and its port.
    named: HashMap<String, Arc<Door>>,
}

#[derive(Debug)]
struct Route {
    prefix: String,
    door: Arc<Door>,
}

impl Routes {
    /// Of these services, the most senior first.
    pub fn of(doors: impl IntoIterator<Item = Arc<Door>>) -> (Self, Vec<Clash<Arc<Door>>>) {
        let mut routes = Self::default();
        let (mut claims, mut clashes) = (Claims::default(), Vec::new());
        for door in doors {
            let face = door.face();
            let service = &door.key().service;
            let full = format!("{}/{service}", face.stack);
            for (host, path) in face.declared.claims() {
                if let Err(clash) = claims.claim(host.clone(), path.clone(), Arc::clone(&door)) {
                    clashes.push(clash);
                    continue;
                }
                let (table, name) = match host.wildcard() {
                    Some(domain) => (&mut routes.below, domain.to_owned()),
                    None => (&mut routes.hosts, host.as_str().to_owned()),
                };
                let route = Route { prefix: path, door: Arc::clone(&door) };
                table.entry(name).or_default().push(route);
            }
            for name in [full, face.stack.to_string(), service.to_string()] {
                routes.named.entry(name).or_insert_with(|| Arc::clone(&door));
            }
        }
        for claimed in routes.hosts.values_mut().chain(routes.below.values_mut()) {
            claimed.sort_by(|a, b| b.prefix.len().cmp(&a.prefix.len()).then_with(|| a.prefix.cmp(&b.prefix)));
        }
        (routes, clashes)
    }

    /// The service for a request to a host, in lower case and without port, and a path.
    pub fn find(&self, host: &str, path: &str) -> Option<&Arc<Door>> {
        let fits = |routes: &'_ [Route]| routes.iter().position(|route| is_below(path, &route.prefix));
        let exact = self.hosts.get(host).and_then(|routes| routes.get(fits(routes)?));
        let below = || {
            let routes = self.below.get(host.split_once('.')?.1)?;
            routes.get(fits(routes)?)
        };
        exact.or_else(below).map(|route| &route.door)
    }

    /// The service that a proxy in front names, if it listens on the port that it names too. A name alone never reaches
    /// anything that is not declared.
    pub fn named(&self, name: &str, port: u16) -> Option<&Arc<Door>> {
        self.named.get(name).filter(|door| door.face().declared.port == port)
    }

    /// Whether there is a service for any request to this host.
    pub fn knows(&self, host: &str) -> bool {
        self.hosts.contains_key(host)
            || host.split_once('.').is_some_and(|(_, domain)| self.below.contains_key(domain))
    }
}

/// Whether a path is a prefix or something below it: `/api` fits `/api` and `/api/v1`, and not `/apiary`.
fn is_below(path: &str, prefix: &str) -> bool {
    prefix == "/" || path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
