//! Public ports and port conflicts.

use super::Rule;
use super::findings::Findings;
use super::known::{Kind, is_store_port};
use super::said;
use super::subject::{Subject, is_public, kind};
use crate::Severity;
use crate::model::{Port, Service};
use conflicts::Bound;
use core_monitor_message::Message;
use std::collections::HashSet;

mod conflicts;

pub(super) static RULES: &[&Rule] =
    &[&DUPLICATE_HOST_PORT, &REPLICAS_SHARE_PORT, &PUBLIC_STORE, &PUBLIC_PORT, &NO_REVERSE_PROXY, &NO_TLS];

static DUPLICATE_HOST_PORT: Rule = Rule {
    code: "duplicate-host-port",
    severity: Severity::Error,
    title: "two services publish the same host port",
    why: "Only one of them can bind it; the other fails to start.",
    cure: said::cure_duplicate_host_port,
};

static REPLICAS_SHARE_PORT: Rule = Rule {
    code: "replicas-share-port",
    severity: Severity::Error,
    title: "several replicas of a service publish the same host port",
    why: "The first replica binds the port; the others fail to start.",
    cure: said::cure_replicas_share_port,
};

static PUBLIC_STORE: Rule = Rule {
    code: "public-database-port",
    severity: Severity::Error,
    title: "a database or broker is published on all host addresses",
    why: "The engine's firewall rules take precedence over the host's, so the port is open to the network and often to the \
          whole Internet. Services of the project reach the database by name without a published port.",
    cure: said::cure_public_database_port,
};

static PUBLIC_PORT: Rule = Rule {
    code: "public-port",
    severity: Severity::Warning,
    title: "a port is published on all host addresses",
    why: "The engine's firewall rules take precedence over the host's, so anyone who can reach the host can reach the port, \
          without TLS.",
    cure: said::cure_public_port,
};

static NO_REVERSE_PROXY: Rule = Rule {
    code: "no-reverse-proxy",
    severity: Severity::Info,
    title: "services are public without a reverse proxy",
    why: "A reverse proxy is a single place for TLS, host names, limits and logs. If there is one outside this project, the \
          file does not show it.",
    cure: said::cure_no_reverse_proxy,
};

static NO_TLS: Rule = Rule {
    code: "no-tls",
    severity: Severity::Info,
    title: "ports are public, but none of them is for HTTPS",
    why: "Traffic over plain HTTP, passwords included, can be read and modified in transit. If TLS is terminated outside this \
          project, the file does not show it.",
    cure: said::cure_no_tls,
};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let mut public: Option<(&str, String)> = None;
    let (mut has_tls, mut has_proxy) = (false, false);
    let mut bound = Bound::default();
    for (name, service) in subject.services() {
        has_proxy |= kind(service) == Some(Kind::Proxy);
        if service.network_mode.as_deref() == Some("host") {
            // The engine discards published ports in host network mode.
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
        let message = said::lint_no_reverse_proxy();
        findings.add(&NO_REVERSE_PROXY, Some(name), &path, message);
    }
    if !has_tls {
        let message = said::lint_no_https();
        findings.add(&NO_TLS, Some(name), &path, message);
    }
}

/// Reports a public port, once for a range; `false` if it is the port of a database or broker.
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
    // A proxy is meant to be public.
    let is_front = kind == Some(Kind::Proxy) && matches!(port.published.as_deref(), Some("80" | "443"));
    if !is_front && seen.insert((path.to_owned(), "public")) {
        let rule = if is_store { &PUBLIC_STORE } else { &PUBLIC_PORT };
        let target = port.target;
        let message = said::lint_public_port(name, target);
        let published = port.published.as_deref().unwrap_or_default();
        let hint = said::lint_bind_to_localhost(published, target);
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
        let message = said::lint_replicas_share_port(count, name);
        findings.add(&REPLICAS_SHARE_PORT, Some(name), &subject.spans.port_path(name, index), message);
    }
}

fn conflict(name: &str, other: &str, port: &Port) -> Message {
    let number = port.published.as_deref().unwrap_or_default();
    let protocol = &port.protocol;
    if name == other {
        said::lint_port_published_twice(name, number, protocol)
    } else {
        said::lint_port_shared(other, name, number, protocol)
    }
}
