//! Every flag of `docker run` and `docker create` (docker 28), and what it becomes.

/// A flag.
#[derive(Debug)]
pub(super) struct Flag {
    /// With two dashes.
    pub(super) name: &'static str,
    /// With one dash.
    pub(super) short: Option<char>,
    pub(super) meaning: Meaning,
}

/// What a flag becomes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning {
    /// An attribute with the value as its text; the last one counts.
    Text(&'static str),
    /// An attribute with a number.
    Number(&'static str),
    /// An attribute that is `true` when the flag is set.
    Switch(&'static str),
    /// One more entry of a list.
    List(&'static str),
    /// One more `key=value` of a mapping.
    Pair(&'static str),
    /// Something of its own.
    Own(Own),
    /// A switch without a place in a stack, and why.
    DroppedSwitch(&'static str),
    /// A value without a place in a stack, and why.
    Dropped(&'static str),
}

/// Flags with rules of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    AddHost,
    BlkioWeight,
    BlkioWeightDevice,
    Device,
    DeviceRate(&'static str),
    Entrypoint,
    Env,
    EnvFile,
    Gpus,
    HealthCmd,
    Health(&'static str),
    HealthRetries,
    Ip(&'static str),
    Label,
    LabelFile,
    Link,
    LinkLocalIp,
    LogDriver,
    LogOpt,
    Mount,
    Name,
    Network,
    NetworkAlias,
    NoHealthcheck,
    Publish,
    PublishAll,
    SecurityOpt,
    StopTimeout,
    Swappiness,
    Ulimit,
    Volume,
    VolumeDriver,
    VolumesFrom,
}

impl Flag {
    /// Whether it stands alone, without a value.
    pub(super) fn is_switch(&self) -> bool {
        matches!(self.meaning, Switch(_) | DroppedSwitch(_) | Special(Own::NoHealthcheck | Own::PublishAll))
    }
}

const fn flag(name: &'static str, meaning: Meaning) -> Flag {
    Flag { name, short: None, meaning }
}

const fn short(short: char, name: &'static str, meaning: Meaning) -> Flag {
    Flag { name, short: Some(short), meaning }
}

/// The flag behind `--name`.
pub(super) fn by_name(name: &str) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.name == name)
}

/// The flag behind `-c`.
pub(super) fn by_letter(letter: char) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.short == Some(letter))
}

/// Every name, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FLAGS.iter().map(|flag| flag.name)
}

const NO_ATTRIBUTE: &str = "Compose has no attribute for it";
const WINDOWS: &str = "Compose has no attribute for it, and only engines on Windows know it";
const TERMINAL: &str = "a stack's containers are not attached to a terminal";

use Meaning::{Dropped, DroppedSwitch, List, Number, Own as Special, Pair, Switch, Text};

static FLAGS: &[Flag] = &[
    flag("add-host", Special(Own::AddHost)),
    flag("annotation", Pair("annotations")),
    short('a', "attach", Dropped(TERMINAL)),
    flag("blkio-weight", Special(Own::BlkioWeight)),
    flag("blkio-weight-device", Special(Own::BlkioWeightDevice)),
    flag("cap-add", List("cap_add")),
    flag("cap-drop", List("cap_drop")),
    flag("cgroup-parent", Text("cgroup_parent")),
    flag("cgroupns", Text("cgroup")),
    flag("cidfile", Dropped("the stack knows its containers")),
    flag("cpu-count", Number("cpu_count")),
    flag("cpu-percent", Number("cpu_percent")),
    flag("cpu-period", Number("cpu_period")),
    flag("cpu-quota", Number("cpu_quota")),
    flag("cpu-rt-period", Number("cpu_rt_period")),
    flag("cpu-rt-runtime", Number("cpu_rt_runtime")),
    short('c', "cpu-shares", Number("cpu_shares")),
    flag("cpus", Number("cpus")),
    flag("cpuset-cpus", Text("cpuset")),
    flag("cpuset-mems", Dropped(NO_ATTRIBUTE)),
    short('d', "detach", DroppedSwitch("a stack's containers run in the background")),
    flag("detach-keys", Dropped(TERMINAL)),
    flag("device", Special(Own::Device)),
    flag("device-cgroup-rule", List("device_cgroup_rules")),
    flag("device-read-bps", Special(Own::DeviceRate("device_read_bps"))),
    flag("device-read-iops", Special(Own::DeviceRate("device_read_iops"))),
    flag("device-write-bps", Special(Own::DeviceRate("device_write_bps"))),
    flag("device-write-iops", Special(Own::DeviceRate("device_write_iops"))),
    flag("disable-content-trust", DroppedSwitch("signatures of images are not checked")),
    flag("dns", List("dns")),
    flag("dns-opt", List("dns_opt")),
    flag("dns-option", List("dns_opt")),
    flag("dns-search", List("dns_search")),
    flag("domainname", Text("domainname")),
    flag("entrypoint", Special(Own::Entrypoint)),
    short('e', "env", Special(Own::Env)),
    flag("env-file", Special(Own::EnvFile)),
    flag("expose", List("expose")),
    flag("gpus", Special(Own::Gpus)),
    flag("group-add", List("group_add")),
    flag("health-cmd", Special(Own::HealthCmd)),
    flag("health-interval", Special(Own::Health("interval"))),
    flag("health-retries", Special(Own::HealthRetries)),
    flag("health-start-interval", Special(Own::Health("start_interval"))),
    flag("health-start-period", Special(Own::Health("start_period"))),
    flag("health-timeout", Special(Own::Health("timeout"))),
    short('h', "hostname", Text("hostname")),
    flag("init", Switch("init")),
    short('i', "interactive", Switch("stdin_open")),
    flag("io-maxbandwidth", Dropped(WINDOWS)),
    flag("io-maxiops", Dropped(WINDOWS)),
    flag("ip", Special(Own::Ip("ipv4_address"))),
    flag("ip6", Special(Own::Ip("ipv6_address"))),
    flag("ipc", Text("ipc")),
    flag("isolation", Text("isolation")),
    flag("kernel-memory", Dropped("neither Compose nor current kernels have it")),
    short('l', "label", Special(Own::Label)),
    flag("label-file", Special(Own::LabelFile)),
    flag("link", Special(Own::Link)),
    flag("link-local-ip", Special(Own::LinkLocalIp)),
    flag("log-driver", Special(Own::LogDriver)),
    flag("log-opt", Special(Own::LogOpt)),
    flag("mac-address", Text("mac_address")),
    short('m', "memory", Text("mem_limit")),
    flag("memory-reservation", Text("mem_reservation")),
    flag("memory-swap", Text("memswap_limit")),
    flag("memory-swappiness", Special(Own::Swappiness)),
    flag("mount", Special(Own::Mount)),
    flag("name", Special(Own::Name)),
    flag("net", Special(Own::Network)),
    flag("net-alias", Special(Own::NetworkAlias)),
    flag("network", Special(Own::Network)),
    flag("network-alias", Special(Own::NetworkAlias)),
    flag("no-healthcheck", Special(Own::NoHealthcheck)),
    flag("oom-kill-disable", Switch("oom_kill_disable")),
    flag("oom-score-adj", Number("oom_score_adj")),
    flag("pid", Text("pid")),
    flag("pids-limit", Number("pids_limit")),
    flag("platform", Text("platform")),
    flag("privileged", Switch("privileged")),
    short('p', "publish", Special(Own::Publish)),
    short('P', "publish-all", Special(Own::PublishAll)),
    flag("pull", Text("pull_policy")),
    short('q', "quiet", DroppedSwitch("progress is shown where the command is watched")),
    flag("read-only", Switch("read_only")),
    flag("restart", Text("restart")),
    flag("rm", DroppedSwitch("containers go when the stack or the service is removed")),
    flag("runtime", Text("runtime")),
    flag("security-opt", Special(Own::SecurityOpt)),
    flag("shm-size", Text("shm_size")),
    flag("sig-proxy", DroppedSwitch(TERMINAL)),
    flag("stop-signal", Text("stop_signal")),
    flag("stop-timeout", Special(Own::StopTimeout)),
    flag("storage-opt", Pair("storage_opt")),
    flag("sysctl", Pair("sysctls")),
    flag("tmpfs", List("tmpfs")),
    short('t', "tty", Switch("tty")),
    flag("ulimit", Special(Own::Ulimit)),
    flag(
        "use-api-socket",
        DroppedSwitch("a stack does not get the engine's socket by a flag: mount it if it must have it"),
    ),
    short('u', "user", Text("user")),
    flag("userns", Text("userns_mode")),
    flag("uts", Text("uts")),
    short('v', "volume", Special(Own::Volume)),
    flag("volume-driver", Special(Own::VolumeDriver)),
    flag("volumes-from", Special(Own::VolumesFrom)),
    short('w', "workdir", Text("working_dir")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_flag_stands_twice() {
        let names: BTreeSet<&str> = names().collect();
        assert_eq!(names.len(), FLAGS.len());
        let letters: Vec<char> = FLAGS.iter().filter_map(|flag| flag.short).collect();
        assert_eq!(letters.iter().collect::<BTreeSet<_>>().len(), letters.len());
    }
}
