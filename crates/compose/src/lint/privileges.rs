//! What a container may do to its host.

use super::Rule;
use super::findings::Findings;
use super::subject::Subject;
use crate::Severity;
use crate::model::Service;

pub(super) static RULES: &[&Rule] =
    &[&PRIVILEGED, &BROAD_CAPABILITY, &UNCONFINED, &HOST_NETWORK, &HOST_NAMESPACE, &RUNS_AS_ROOT];

static PRIVILEGED: Rule = Rule {
    code: "privileged",
    severity: Severity::Warning,
    title: "a container is privileged",
    why: "It has every capability and every device of the host: whoever takes the container over has the host.",
    cure: "remove `privileged`, and add the one capability or device it needs with `cap_add` or `devices`",
};

static BROAD_CAPABILITY: Rule = Rule {
    code: "broad-capability",
    severity: Severity::Warning,
    title: "a capability is as good as root on the host",
    why: "`ALL`, `SYS_ADMIN`, `SYS_MODULE` and their kind let a program leave its container.",
    cure: "remove it, or add the narrower capability that the program needs",
};

static UNCONFINED: Rule = Rule {
    code: "unconfined",
    severity: Severity::Warning,
    title: "a protection of the kernel is switched off",
    why: "seccomp, AppArmor and SELinux stop the system calls that break out of containers.",
    cure: "remove it from `security_opt`, or name a profile that allows what is needed",
};

static HOST_NETWORK: Rule = Rule {
    code: "host-network",
    severity: Severity::Warning,
    title: "a container uses the network of the host",
    why: "Every port it opens is open on the host, and it reaches what listens on the loopback only.",
    cure: "remove `network_mode: host` and publish the ports that are needed",
};

static HOST_NAMESPACE: Rule = Rule {
    code: "host-namespace",
    severity: Severity::Warning,
    title: "a container shares processes or memory with the host",
    why: "It sees the processes of the host with their arguments and variables, or its shared memory.",
    cure: "remove `pid: host`, `ipc: host` or `userns_mode: host`",
};

static RUNS_AS_ROOT: Rule = Rule {
    code: "runs-as-root",
    severity: Severity::Info,
    title: "a container may run as root",
    why: "Root in a container is root on the host if it ever gets out. Without `user` the image decides, and many say root.",
    cure: "add `user: \"1000:1000\"`, if the image can do without root",
};

/// Capabilities that lead out of a container.
const BROAD: &[&str] =
    &["ALL", "BPF", "DAC_READ_SEARCH", "SYS_ADMIN", "SYS_BOOT", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (name, service) in subject.services() {
        let mut add = |rule, attribute: &str, message: String| {
            findings.add(rule, Some(name), &format!("services.{name}.{attribute}"), message);
        };
        if service.privileged {
            add(&PRIVILEGED, "privileged", format!("service `{name}` may do what the host may"));
        }
        for (index, capability) in service.cap_add.iter().enumerate() {
            let word = capability.to_ascii_uppercase();
            let word = word.strip_prefix("CAP_").unwrap_or(&word);
            if BROAD.contains(&word) {
                let message = format!("service `{name}` has the capability `{word}`");
                add(&BROAD_CAPABILITY, &format!("cap_add[{index}]"), message);
            }
        }
        for (index, option) in service.security_opt.iter().enumerate() {
            let option = option.replace(':', "=").to_ascii_lowercase();
            if option.ends_with("=unconfined") || option == "label=disable" {
                let message = format!("service `{name}` has `{option}`");
                add(&UNCONFINED, &format!("security_opt[{index}]"), message);
            }
        }
        if service.network_mode.as_deref() == Some("host") {
            add(&HOST_NETWORK, "network_mode", format!("service `{name}` uses the network of the host"));
        }
        for (attribute, shared) in namespaces(service) {
            if shared.as_deref() == Some("host") {
                add(&HOST_NAMESPACE, attribute, format!("service `{name}` has `{attribute}: host`"));
            }
        }
        match service.user.as_deref().map(|user| user.split(':').next().unwrap_or(user)) {
            None | Some("") => {
                add(&RUNS_AS_ROOT, "user", format!("service `{name}` has no `user`, so its image decides"));
            }
            Some("root" | "0") => add(&RUNS_AS_ROOT, "user", format!("service `{name}` runs as root")),
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
