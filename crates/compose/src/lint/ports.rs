//! What can be reached from outside, and what cannot be bound.

use super::Rule;
use super::findings::Findings;
use super::known::{Kind, is_store_port};
use super::subject::{Subject, is_public, kind};
use crate::Severity;
use crate::model::{Port, Service};
use conflicts::Bound;
use std::collections::HashSet;

mod conflicts;

pub(super) static RULES: &[&Rule] =
    &[&DUPLICATE_HOST_PORT, &REPLICAS_SHARE_PORT, &PUBLIC_STORE, &PUBLIC_PORT, &NO_REVERSE_PROXY, &NO_TLS];

static DUPLICATE_HOST_PORT: Rule = Rule {
    code: "duplicate-host-port",
    severity: Severity::Error,
    title: "two services want the same port of the host",
    why: "Only one of them can have it: the other does not start.",
    cure: "publish one of them on another port or another address",
};

static REPLICAS_SHARE_PORT: Rule = Rule {
    code: "replicas-share-port",
    severity: Severity::Error,
    title: "several containers of a service want the same port of the host",
    why: "The first container gets the port, the others do not start.",
    cure: "publish a range with a port for each, leave the host port out, or put a proxy in front",
};

static PUBLIC_STORE: Rule = Rule {
    code: "public-database-port",
    severity: Severity::Error,
    title: "a database or broker is published on every address of the host",
    why: "The engine's own firewall rules come before those of the host: the port is open to the network, often to the \
          whole Internet. Services of the project reach it by its name without any published port.",
    cure: "remove the port, or bind it to the loopback: `127.0.0.1:5432:5432`",
};

static PUBLIC_PORT: Rule = Rule {
    code: "public-port",
    severity: Severity::Warning,
    title: "a port is published on every address of the host",
    why: "The engine's own firewall rules come before those of the host: the port is open to whoever reaches the host, \
          without TLS.",
    cure: "bind it to the loopback, such as `127.0.0.1:8080:80`, and let a reverse proxy answer the outside world",
};

static NO_REVERSE_PROXY: Rule = Rule {
    code: "no-reverse-proxy",
    severity: Severity::Info,
    title: "services answer the outside world without a proxy in front",
    why: "A reverse proxy is one place for TLS, names, limits and logs. There may be one outside this project; the file \
          does not show it.",
    cure: "add a proxy such as Traefik, Caddy or nginx, and publish nothing else",
};

static NO_TLS: Rule = Rule {
    code: "no-tls",
    severity: Severity::Info,
    title: "ports are public and none of them is one for HTTPS",
    why: "What is sent over plain HTTP, passwords included, can be read and changed on the way. TLS may end outside this \
          project; the file does not show it.",
    cure: "publish 443 of a proxy that has certificates, and send 80 there",
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let mut public: Option<(&str, String)> = None;
    let (mut has_tls, mut has_proxy) = (false, false);
    let mut bound = Bound::default();
    for (name, service) in subject.services() {
        has_proxy |= kind(service) == Some(Kind::Proxy);
        if service.network_mode.as_deref() == Some("host") {
            // Published ports are discarded there.
            continue;
        }
        replicas(subject, name, service, findings);
        let mut seen = HashSet::new();
        for (index, port) in service.ports.iter().enumerate() {
            let path = subject.spans.port_path(name, index);
            if let Some(other) = bound.claim(name, port) {
                let message = conflict(name, other, port);
                if seen.insert((path.clone(), "taken")) {
                    findings.add(&DUPLICATE_HOST_PORT, Some(name), &path, message);
                }
            }
            if !is_public(port) {
                continue;
            }
            has_tls |= is_https(port);
            if exposed(name, service, port, &path, &mut seen, findings) {
                public.get_or_insert((name, path));
            }
        }
    }
    let Some((name, path)) = public else { return };
    if !has_proxy {
        let message = "services are published on every address and the project has no reverse proxy";
        findings.add(&NO_REVERSE_PROXY, Some(name), &path, message);
    }
    if !has_tls {
        let message = "ports are published on every address and none of them is for HTTPS";
        findings.add(&NO_TLS, Some(name), &path, message);
    }
}

/// Reports a public port, once for a range; `false` for one that is not for people.
fn exposed(
    name: &str,
    service: &Service,
    port: &Port,
    path: &str,
    seen: &mut HashSet<(String, &'static str)>,
    findings: &mut Findings<'_>,
) -> bool {
    let kind = kind(service);
    let is_store = kind == Some(Kind::Store) || kind.is_none() && is_store_port(port.target);
    // Answering the outside world is what a proxy is for.
    let is_front = kind == Some(Kind::Proxy) && matches!(port.published.as_deref(), Some("80" | "443"));
    if !is_front && seen.insert((path.to_owned(), "public")) {
        let rule = if is_store { &PUBLIC_STORE } else { &PUBLIC_PORT };
        let target = port.target;
        let message = format!("service `{name}` publishes port {target} on every address of the host");
        let published = port.published.as_deref().unwrap_or_default();
        let hint = format!(
            "write `127.0.0.1:{published}:{target}`, or leave it out: services of the project need no published port"
        );
        findings.add_with_hint(rule, Some(name), path, message, hint);
    }
    !is_store
}

fn is_https(port: &Port) -> bool {
    matches!(port.target, 443 | 8443) || port.published.as_deref() == Some("443")
}

fn replicas(subject: &Subject<'_>, name: &str, service: &Service, findings: &mut Findings<'_>) {
    let count = service.replicas();
    let fixed =
        |port: &Port| port.published.as_deref().is_some_and(|text| text != "0" && !text.contains('-'));
    if count < 2 {
        return;
    }
    if let Some(index) = service.ports.iter().position(fixed) {
        let message =
            format!("the {count} containers of service `{name}` all want the same port of the host");
        findings.add(&REPLICAS_SHARE_PORT, Some(name), &subject.spans.port_path(name, index), message);
    }
}

fn conflict(name: &str, other: &str, port: &Port) -> String {
    let number = port.published.as_deref().unwrap_or_default();
    let protocol = &port.protocol;
    if name == other {
        format!("service `{name}` wants port {number}/{protocol} of the host twice")
    } else {
        format!("services `{other}` and `{name}` both want port {number}/{protocol} of the host")
    }
}
