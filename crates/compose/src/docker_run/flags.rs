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
    /// A flag with its own rule.
    Special(Rule),
    /// A switch that has no equivalent in a stack, and why.
    DroppedSwitch(fn() -> Message),
    /// A flag with a value that has no equivalent in a stack, and why.
    Dropped(fn() -> Message),
}

/// Flags with individual rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
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
    /// Whether the flag takes no value.
    pub(super) fn is_switch(&self) -> bool {
        matches!(self.meaning, Switch(_) | DroppedSwitch(_) | Special(Rule::NoHealthcheck | Rule::PublishAll))
    }
}

const fn flag(name: &'static str, meaning: Meaning) -> Flag {
    Flag { name, short: None, meaning }
}

const fn short(short: char, name: &'static str, meaning: Meaning) -> Flag {
    Flag { name, short: Some(short), meaning }
}

/// The flag with the long name `--name`.
pub(super) fn by_name(name: &str) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.name == name)
}

/// The flag with the short name `-c`.
pub(super) fn by_letter(letter: char) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.short == Some(letter))
}

/// Every name, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FLAGS.iter().map(|flag| flag.name)
}

use super::said;
use Meaning::{Dropped, DroppedSwitch, List, Number, Pair, Special, Switch, Text};
use core_monitor_message::Message;

static FLAGS: &[Flag] = &[
    flag("add-host", Special(Rule::AddHost)),
    flag("annotation", Pair("annotations")),
    short('a', "attach", Dropped(said::run_why_no_terminal)),
    flag("blkio-weight", Special(Rule::BlkioWeight)),
    flag("blkio-weight-device", Special(Rule::BlkioWeightDevice)),
    flag("cap-add", List("cap_add")),
    flag("cap-drop", List("cap_drop")),
    flag("cgroup-parent", Text("cgroup_parent")),
    flag("cgroupns", Text("cgroup")),
    flag("cidfile", Dropped(said::run_why_tracked)),
    flag("cpu-count", Number("cpu_count")),
    flag("cpu-percent", Number("cpu_percent")),
    flag("cpu-period", Number("cpu_period")),
    flag("cpu-quota", Number("cpu_quota")),
    flag("cpu-rt-period", Number("cpu_rt_period")),
    flag("cpu-rt-runtime", Number("cpu_rt_runtime")),
    short('c', "cpu-shares", Number("cpu_shares")),
    flag("cpus", Number("cpus")),
    flag("cpuset-cpus", Text("cpuset")),
    flag("cpuset-mems", Dropped(said::run_why_no_attribute)),
    short('d', "detach", DroppedSwitch(said::run_why_background)),
    flag("detach-keys", Dropped(said::run_why_no_terminal)),
    flag("device", Special(Rule::Device)),
    flag("device-cgroup-rule", List("device_cgroup_rules")),
    flag("device-read-bps", Special(Rule::DeviceRate("device_read_bps"))),
    flag("device-read-iops", Special(Rule::DeviceRate("device_read_iops"))),
    flag("device-write-bps", Special(Rule::DeviceRate("device_write_bps"))),
    flag("device-write-iops", Special(Rule::DeviceRate("device_write_iops"))),
    flag("disable-content-trust", DroppedSwitch(said::run_why_unsigned)),
    flag("dns", List("dns")),
    flag("dns-opt", List("dns_opt")),
    flag("dns-option", List("dns_opt")),
    flag("dns-search", List("dns_search")),
    flag("domainname", Text("domainname")),
    flag("entrypoint", Special(Rule::Entrypoint)),
    short('e', "env", Special(Rule::Env)),
    flag("env-file", Special(Rule::EnvFile)),
    flag("expose", List("expose")),
    flag("gpus", Special(Rule::Gpus)),
    flag("group-add", List("group_add")),
    flag("health-cmd", Special(Rule::HealthCmd)),
    flag("health-interval", Special(Rule::Health("interval"))),
    flag("health-retries", Special(Rule::HealthRetries)),
    flag("health-start-interval", Special(Rule::Health("start_interval"))),
    flag("health-start-period", Special(Rule::Health("start_period"))),
    flag("health-timeout", Special(Rule::Health("timeout"))),
    short('h', "hostname", Text("hostname")),
    flag("init", Switch("init")),
    short('i', "interactive", Switch("stdin_open")),
    flag("io-maxbandwidth", Dropped(said::run_why_windows)),
    flag("io-maxiops", Dropped(said::run_why_windows)),
    flag("ip", Special(Rule::Ip("ipv4_address"))),
    flag("ip6", Special(Rule::Ip("ipv6_address"))),
    flag("ipc", Text("ipc")),
    flag("isolation", Text("isolation")),
    flag("kernel-memory", Dropped(said::run_why_kernel_memory)),
    short('l', "label", Special(Rule::Label)),
    flag("label-file", Special(Rule::LabelFile)),
    flag("link", Special(Rule::Link)),
    flag("link-local-ip", Special(Rule::LinkLocalIp)),
    flag("log-driver", Special(Rule::LogDriver)),
    flag("log-opt", Special(Rule::LogOpt)),
    flag("mac-address", Text("mac_address")),
    short('m', "memory", Text("mem_limit")),
    flag("memory-reservation", Text("mem_reservation")),
    flag("memory-swap", Text("memswap_limit")),
    flag("memory-swappiness", Special(Rule::Swappiness)),
    flag("mount", Special(Rule::Mount)),
    flag("name", Special(Rule::Name)),
    flag("net", Special(Rule::Network)),
    flag("net-alias", Special(Rule::NetworkAlias)),
    flag("network", Special(Rule::Network)),
    flag("network-alias", Special(Rule::NetworkAlias)),
    flag("no-healthcheck", Special(Rule::NoHealthcheck)),
    flag("oom-kill-disable", Switch("oom_kill_disable")),
    flag("oom-score-adj", Number("oom_score_adj")),
    flag("pid", Text("pid")),
    flag("pids-limit", Number("pids_limit")),
    flag("platform", Text("platform")),
    flag("privileged", Switch("privileged")),
    short('p', "publish", Special(Rule::Publish)),
    short('P', "publish-all", Special(Rule::PublishAll)),
    flag("pull", Text("pull_policy")),
    short('q', "quiet", DroppedSwitch(said::run_why_progress)),
    flag("read-only", Switch("read_only")),
    flag("restart", Text("restart")),
    flag("rm", DroppedSwitch(said::run_why_removed)),
    flag("runtime", Text("runtime")),
    flag("security-opt", Special(Rule::SecurityOpt)),
    flag("shm-size", Text("shm_size")),
    flag("sig-proxy", DroppedSwitch(said::run_why_no_terminal)),
    flag("stop-signal", Text("stop_signal")),
    flag("stop-timeout", Special(Rule::StopTimeout)),
    flag("storage-opt", Pair("storage_opt")),
    flag("sysctl", Pair("sysctls")),
    flag("tmpfs", List("tmpfs")),
    short('t', "tty", Switch("tty")),
    flag("ulimit", Special(Rule::Ulimit)),
    flag("use-api-socket", DroppedSwitch(said::run_why_no_socket)),
    short('u', "user", Text("user")),
    flag("userns", Text("userns_mode")),
    flag("uts", Text("uts")),
    short('v', "volume", Special(Rule::Volume)),
    flag("volume-driver", Special(Rule::VolumeDriver)),
    flag("volumes-from", Special(Rule::VolumesFrom)),
    short('w', "workdir", Text("working_dir")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn flag_names_are_unique() {
        let names: BTreeSet<&str> = names().collect();
        assert_eq!(names.len(), FLAGS.len());
        let letters: Vec<char> = FLAGS.iter().filter_map(|flag| flag.short).collect();
        assert_eq!(letters.iter().collect::<BTreeSet<_>>().len(), letters.len());
    }
}
