//! Attributes of a service.

use super::build::BUILD;
use super::deploy::{DEPLOY, DEVICE_REQUEST};
use super::files::FILE_REFERENCES;
use super::lifecycle::{CREDENTIAL_SPEC, DEVELOP, HOOK, MODEL_USE, PROVIDER};
use super::{
    BOOL, COMMAND, Cast, EXTRA_HOSTS, FLAG, INT, LAST_LIST_OR_MAP, LAST_WORDS, LIST_OR_MAP, NULL, NUMBER,
    NUMBER_ONLY, Names, OPTIONAL_TEXT, OPTIONS, Object, REAL, Rule, SIZE, STR, Shape, TEXT, TEXT_OR_WHOLE,
    WHOLE, WHOLE_NUMBER, WHOLE_TEXT, WORD_OR_LAST_WORDS, WORDS, list, map, named, one_of, scalar,
};

pub(in crate::schema) static SERVICE: Object = Object::new(
    "service",
    &[
        ("annotations", LAST_LIST_OR_MAP),
        ("attach", FLAG),
        ("blkio_config", Shape::Object(&BLKIO)),
        ("build", Shape::Either(&[TEXT, Shape::Object(&BUILD)])),
        ("cap_add", LAST_WORDS),
        ("cap_drop", LAST_WORDS),
        ("cgroup", one_of(&["host", "private"])),
        ("cgroup_parent", TEXT),
        ("command", COMMAND),
        ("configs", FILE_REFERENCES),
        ("container_name", scalar(STR, None, Rule::ContainerName)),
        ("cpu_count", scalar(INT | STR, Some(Cast::Int), Rule::Range(0, i64::MAX as i128))),
        ("cpu_percent", scalar(INT | STR, Some(Cast::Float), Rule::Range(0, 100))),
        ("cpu_period", WHOLE_NUMBER),
        ("cpu_quota", WHOLE_NUMBER),
        ("cpu_rt_period", WHOLE_NUMBER),
        ("cpu_rt_runtime", WHOLE_NUMBER),
        ("cpu_shares", WHOLE_NUMBER),
        ("cpus", REAL),
        ("cpuset", TEXT),
        ("credential_spec", Shape::Object(&CREDENTIAL_SPEC)),
        ("depends_on", Shape::Either(&[WORDS, named(&Shape::Object(&DEPENDENCY))])),
        ("deploy", Shape::Object(&DEPLOY)),
        ("develop", Shape::Object(&DEVELOP)),
        ("device_cgroup_rules", WORDS),
        ("devices", list(&Shape::Either(&[TEXT, Shape::Object(&DEVICE)]))),
        ("dns", WORD_OR_LAST_WORDS),
        ("dns_opt", LAST_WORDS),
        ("dns_search", WORD_OR_LAST_WORDS),
        ("domainname", TEXT),
        ("entrypoint", COMMAND),
        ("env_file", Shape::Either(&[TEXT, list(&Shape::Either(&[TEXT, Shape::Object(&ENV_FILE)]))])),
        ("environment", LAST_LIST_OR_MAP),
        ("expose", list(&TEXT_OR_WHOLE)),
        ("extends", Shape::Either(&[TEXT, Shape::Object(&EXTENDS)])),
        ("external_links", WORDS),
        ("extra_hosts", EXTRA_HOSTS),
        ("gpus", Shape::Either(&[one_of(&["all"]), list(&Shape::Object(&DEVICE_REQUEST))])),
        ("group_add", Shape::List { item: &TEXT_OR_WHOLE, unique: true }),
        ("healthcheck", Shape::Object(&HEALTHCHECK)),
        ("hostname", TEXT),
        ("image", TEXT),
        ("init", FLAG),
        ("ipc", TEXT),
        ("isolation", TEXT),
        ("label_file", Shape::Either(&[TEXT, list(&TEXT)])),
        ("labels", LAST_LIST_OR_MAP),
        ("links", LAST_WORDS),
        ("logging", Shape::Object(&LOGGING)),
        ("mac_address", TEXT),
        ("mem_limit", SIZE),
        ("mem_reservation", WHOLE_TEXT),
        ("mem_swappiness", WHOLE_TEXT),
        ("memswap_limit", SIZE),
        ("models", Shape::Either(&[WORDS, map(&Shape::Object(&MODEL_USE))])),
        ("network_mode", TEXT),
        ("networks", Shape::Either(&[WORDS, map(&Shape::Object(&ATTACHMENT))])),
        ("oom_kill_disable", FLAG),
        ("oom_score_adj", scalar(INT | STR, Some(Cast::Int), Rule::Range(-1000, 1000))),
        ("pid", OPTIONAL_TEXT),
        ("pids_limit", WHOLE_NUMBER),
        ("platform", TEXT),
        ("ports", list(&Shape::Either(&[TEXT_OR_WHOLE, Shape::Object(&PORT)]))),
        ("post_start", list(&Shape::Object(&HOOK))),
        ("pre_stop", list(&Shape::Object(&HOOK))),
        ("privileged", FLAG),
        ("profiles", LAST_WORDS),
        ("provider", Shape::Object(&PROVIDER)),
        ("pull_policy", scalar(STR, None, Rule::PullPolicy)),
        ("pull_refresh_after", TEXT),
        ("read_only", FLAG),
        ("restart", TEXT),
        ("runtime", TEXT),
        ("scale", WHOLE),
        ("secrets", FILE_REFERENCES),
        ("security_opt", WORDS),
        ("shm_size", SIZE),
        ("stdin_open", FLAG),
        ("stop_grace_period", TEXT),
        ("stop_signal", TEXT),
        ("storage_opt", map(&scalar(STR | NUMBER | NULL, None, Rule::None))),
        ("sysctls", LAST_LIST_OR_MAP),
        ("tmpfs", WORD_OR_LAST_WORDS),
        ("tty", FLAG),
        ("ulimits", ULIMITS),
        ("use_api_socket", scalar(BOOL, None, Rule::None)),
        ("user", TEXT),
        ("userns_mode", TEXT),
        ("uts", TEXT),
        ("volumes", list(&Shape::Either(&[TEXT, Shape::Object(&MOUNT)]))),
        ("volumes_from", WORDS),
        ("working_dir", TEXT),
    ],
);

static DEPENDENCY: Object = Object::new(
    "dependency",
    &[
        ("restart", FLAG),
        ("required", scalar(BOOL, Some(Cast::Bool), Rule::None)),
        ("condition", one_of(&["service_started", "service_healthy", "service_completed_successfully"])),
    ],
)
.requiring(&["condition"]);

static DEVICE: Object = Object::new("device", &[("source", TEXT), ("target", TEXT), ("permissions", TEXT)])
    .requiring(&["source"]);

static ENV_FILE: Object = Object::new("env_file", &[("path", TEXT), ("format", TEXT), ("required", FLAG)])
    .requiring(&["path"])
    .closed();

static EXTENDS: Object =
    Object::new("extends", &[("service", TEXT), ("file", TEXT)]).requiring(&["service"]).closed();

static HEALTHCHECK: Object = Object::new(
    "healthcheck",
    &[
        ("disable", FLAG),
        ("interval", TEXT),
        ("retries", WHOLE_NUMBER),
        ("test", Shape::Either(&[TEXT, list(&TEXT)])),
        ("timeout", TEXT),
        ("start_period", TEXT),
        ("start_interval", TEXT),
    ],
);

static LOGGING: Object = Object::new(
    "logging",
    &[("driver", TEXT), ("options", map(&scalar(STR | NUMBER | NULL, None, Rule::None)))],
);

static ATTACHMENT: Object = Object::new(
    "attachment",
    &[
        ("aliases", LAST_WORDS),
        ("interface_name", TEXT),
        ("ipv4_address", TEXT),
        ("ipv6_address", TEXT),
        ("link_local_ips", LAST_WORDS),
        ("mac_address", TEXT),
        ("driver_opts", OPTIONS),
        ("priority", NUMBER_ONLY),
        ("gw_priority", NUMBER_ONLY),
    ],
)
.or_null();

static PORT: Object = Object::new(
    "port",
    &[
        ("name", TEXT),
        ("mode", TEXT),
        ("host_ip", TEXT),
        ("target", WHOLE),
        ("published", WHOLE_TEXT),
        ("protocol", TEXT),
        ("app_protocol", TEXT),
    ],
);

/// Limits by name: one number, or a soft and a hard limit.
pub(super) const ULIMITS: Shape =
    Shape::Map { value: &Shape::Either(&[LIMIT, Shape::Object(&ULIMIT)]), names: Names::Any };

const LIMIT: Shape = scalar(INT | STR, Some(Cast::Int), Rule::Digits);

static ULIMIT: Object =
    Object::new("ulimit", &[("hard", WHOLE), ("soft", WHOLE)]).requiring(&["soft", "hard"]);

static MOUNT: Object = Object::new(
    "mount",
    &[
        ("type", one_of(&["bind", "volume", "tmpfs", "cluster", "npipe", "image"])),
        ("source", TEXT),
        ("target", TEXT),
        ("read_only", FLAG),
        ("consistency", TEXT),
        ("bind", Shape::Object(&BIND_OPTIONS)),
        ("volume", Shape::Object(&VOLUME_OPTIONS)),
        ("tmpfs", Shape::Object(&TMPFS_OPTIONS)),
        ("image", Shape::Object(&IMAGE_OPTIONS)),
    ],
)
.requiring(&["type"]);

static BIND_OPTIONS: Object = Object::new(
    "bind_options",
    &[
        ("propagation", TEXT),
        ("create_host_path", FLAG),
        ("recursive", one_of(&["enabled", "disabled", "writable", "readonly"])),
        ("selinux", one_of(&["z", "Z"])),
    ],
);

static VOLUME_OPTIONS: Object =
    Object::new("volume_options", &[("labels", LIST_OR_MAP), ("nocopy", FLAG), ("subpath", TEXT)]);

static TMPFS_OPTIONS: Object = Object::new(
    "tmpfs_options",
    &[("size", scalar(INT | STR, None, Rule::Range(0, i64::MAX as i128))), ("mode", WHOLE_NUMBER)],
);

static IMAGE_OPTIONS: Object = Object::new("image_options", &[("subpath", TEXT)]);

static BLKIO: Object = Object::new(
    "blkio",
    &[
        ("device_read_bps", list(&Shape::Object(&THROTTLE))),
        ("device_read_iops", list(&Shape::Object(&THROTTLE))),
        ("device_write_bps", list(&Shape::Object(&THROTTLE))),
        ("device_write_iops", list(&Shape::Object(&THROTTLE))),
        ("weight", scalar(INT, None, Rule::None)),
        ("weight_device", list(&Shape::Object(&WEIGHT))),
    ],
)
.closed();

static THROTTLE: Object = Object::new("throttle", &[("path", TEXT), ("rate", WHOLE_TEXT)]).closed();

static WEIGHT: Object =
    Object::new("weight", &[("path", TEXT), ("weight", scalar(INT, None, Rule::None))]).closed();
