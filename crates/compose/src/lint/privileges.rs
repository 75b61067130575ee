//! Privileges on the host.

use super::Rule;
use super::findings::Findings;
use super::said;
use super::subject::Subject;
use crate::Severity;
use crate::model::Service;
use core_monitor_message::Message;

pub(super) static RULES: &[&Rule] =
    &[&PRIVILEGED, &BROAD_CAPABILITY, &UNCONFINED, &HOST_NETWORK, &HOST_NAMESPACE, &RUNS_AS_ROOT];

static PRIVILEGED: Rule = Rule {
    code: "privileged",
    severity: Severity::Warning,
    title: "a container is privileged",
    why: "It has all capabilities and all devices of the host: whoever takes over the container takes over the host.",
    cure: said::cure_privileged,
};

static BROAD_CAPABILITY: Rule = Rule {
    code: "broad-capability",
    severity: Severity::Warning,
    title: "a capability amounts to root on the host",
    why: "`ALL`, `SYS_ADMIN`, `SYS_MODULE` and similar capabilities let a program escape from its container.",
    cure: said::cure_broad_capability,
};

static UNCONFINED: Rule = Rule {
    code: "unconfined",
    severity: Severity::Warning,
    title: "a kernel protection is disabled",
    why: "seccomp, AppArmor and SELinux block system calls that are used to escape from containers.",
    cure: said::cure_unconfined,
};

static HOST_NETWORK: Rule = Rule {
    code: "host-network",
    severity: Severity::Warning,
    title: "a container uses the host network",
    why: "Every port it opens is open on the host, and it can reach services that listen only on localhost.",
    cure: said::cure_host_network,
};

static HOST_NAMESPACE: Rule = Rule {
    code: "host-namespace",
    severity: Severity::Warning,
    title: "a container shares a namespace with the host",
    why: "It can see the host's processes with their arguments and variables, or its shared memory.",
    cure: said::cure_host_namespace,
};

static RUNS_AS_ROOT: Rule = Rule {
    code: "runs-as-root",
    severity: Severity::Info,
    title: "a container may run as root",
    why: "Root in a container is root on the host if it escapes. Without `user` the image decides, and many images use root.",
    cure: said::cure_runs_as_root,
};

/// Capabilities that allow escaping from a container.
const BROAD: &[&str] =
    &["ALL", "BPF", "DAC_READ_SEARCH", "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        let mut add = |rule, attribute: &str, message: Message| {
            findings.add(rule, Some(name), &format!("services.{name}.{attribute}"), message);
        };
        if service.privileged {
            add(&PRIVILEGED, "privileged", said::lint_privileged(name));
        }
        for (index, capability) in service.cap_add.iter().enumerate() {
            let word = capability.to_ascii_uppercase();
            let word = word.strip_prefix("CAP_").unwrap_or(&word);
            if BROAD.contains(&word) {
                let message = said::lint_capability(name, word);
                add(&BROAD_CAPABILITY, &format!("cap_add[{index}]"), message);
            }
        }
        for (index, option) in service.security_opt.iter().enumerate() {
            let option = option.replace(':', "=").to_ascii_lowercase();
            if option.ends_with("=unconfined") || option == "label=disable" {
                let message = said::lint_security_option(name, option);
                add(&UNCONFINED, &format!("security_opt[{index}]"), message);
            }
        }
        if service.network_mode.as_deref() == Some("host") {
            add(&HOST_NETWORK, "network_mode", said::lint_host_network(name));
        }
        for (attribute, shared) in namespaces(service) {
            if shared.as_deref() == Some("host") {
                add(&HOST_NAMESPACE, attribute, said::lint_host_namespace(name, attribute));
            }
        }
        match service.user.as_deref().map(|user| user.split(':').next().unwrap_or(user)) {
            None | Some("") => {
                add(&RUNS_AS_ROOT, "user", said::lint_may_run_as_root(name));
            }
            Some("root" | "0") => add(&RUNS_AS_ROOT, "user", said::lint_runs_as_root(name)),
            Some(_) => {}
        }
    }
}

fn namespaces(service: &Service) -> [(&'static str, &Option<String>); 4] {
    [
        ("pid", &service.pid),
        ("ipc", &service.ipc),
        ("uts", &service.uts),
        ("userns_mode", &service.userns_mode),
    ]
}
