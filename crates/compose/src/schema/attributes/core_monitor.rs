//! `x-core-monitor` of a service and of a whole file, as it is described to people.
//!
//! Loading leaves the values of `x-*` as they are, so nothing is cast or refused by this table: whoever carries them out reads
//! them, with the same keys and words, which a test there compares.

use super::{
    BOOL, FLAG, INT, Object, Rule, SIZE, STR, Shape, TEXT, TEXT_OR_WHOLE, WHOLE, WORD_OR_WORDS, list, map,
    one_of, scalar,
};

/// The keys of a service that are no part of the Compose format.
pub(in crate::schema) static EXTENSIONS: Object =
    Object::new("extensions", &[("x-core-monitor", Shape::Object(&CORE_MONITOR))]);

/// The keys at the top of a file that are no part of the Compose format.
pub(in crate::schema) static FILE_EXTENSIONS: Object =
    Object::new("file_extensions", &[("x-core-monitor", Shape::Object(&CORE_MONITOR_OF_FILE))]);

static CORE_MONITOR_OF_FILE: Object =
    Object::new("core_monitor_of_file", &[("template", Shape::Object(&TEMPLATE))]).closed();

static TEMPLATE: Object = Object::new(
    "template",
    &[
        ("title", TEXT),
        ("description", TEXT),
        ("key", Shape::Either(&[TEXT, Shape::Object(&INSTANCE)])),
        ("url", TEXT),
        ("prefix", TEXT),
        ("build", WORD_OR_WORDS),
        ("lifetime", Shape::Object(&LIFETIME)),
        ("parameters", map(&Shape::Object(&PARAMETER))),
    ],
)
.closed();

static INSTANCE: Object = Object::new("instance_key", &[("pattern", TEXT), ("example", TEXT)]).closed();

static LIFETIME: Object =
    Object::new("lifetime", &[("remove-after", TEXT), ("max-age", TEXT), ("grace", TEXT)]).closed();

/// Which keys a parameter may have depends on its type.
static PARAMETER: Object = Object::new(
    "parameter",
    &[
        ("type", one_of(&["string", "int", "bool", "enum", "secret", "folder", "file", "host_port", "host"])),
        ("label", TEXT),
        ("help", TEXT),
        ("optional", FLAG),
        ("default", DEFAULT),
        ("pattern", TEXT),
        ("example", TEXT),
        ("min", WHOLE),
        ("max", WHOLE),
        ("values", WORD_OR_WORDS),
        ("generate", Shape::Either(&[FLAG, WHOLE])),
        ("root", TEXT),
        ("path", TEXT),
        ("range", TEXT_OR_WHOLE),
    ],
)
.requiring(&["type"])
.closed();

/// What a value of the type of a parameter is.
const DEFAULT: Shape = scalar(STR | INT | BOOL, None, Rule::None);

static CORE_MONITOR: Object = Object::new(
    "core_monitor",
    &[("on-demand", Shape::Object(&ON_DEMAND)), ("deploy", map(&Shape::Object(&SLOT)))],
)
.closed();

static ON_DEMAND: Object = Object::new(
    "on_demand",
    &[
        ("hosts", WORD_OR_WORDS),
        ("path", WORD_OR_WORDS),
        ("port", WHOLE),
        ("mode", one_of(&["dynamic", "blocking"])),
        ("theme", TEXT),
        ("show-logs", FLAG),
        ("idle-timeout", TEXT),
        ("start-timeout", TEXT),
        ("block-timeout", TEXT),
        ("min-up", TEXT),
        ("websocket-idle", TEXT),
        ("readiness", Shape::Either(&[one_of(&["tcp", "http", "health"]), Shape::Object(&READINESS)])),
        ("stop", one_of(&["stop", "pause"])),
        ("schedule", Shape::Object(&SCHEDULE)),
        ("always-on", FLAG),
        ("wake", one_of(&["anyone", "authenticated"])),
        ("ignore-user-agents", WORD_OR_WORDS),
        ("companions", WORD_OR_WORDS),
        ("needs", WORD_OR_WORDS),
        ("not-with", WORD_OR_WORDS),
        ("cold-start-worth", TEXT),
        ("enabled", FLAG),
    ],
)
.closed();

static READINESS: Object = Object::new(
    "readiness",
    &[
        ("gate", one_of(&["tcp", "http", "health"])),
        ("path", TEXT),
        ("expect", Shape::Either(&[WHOLE, list(&WHOLE)])),
        ("after", TEXT),
    ],
)
.closed();

static SCHEDULE: Object =
    Object::new("schedule", &[("time-zone", TEXT), ("open", WORD_OR_WORDS), ("awake", WORD_OR_WORDS)])
        .closed();

static SLOT: Object = Object::new(
    "slot",
    &[
        ("target", TEXT),
        ("form", one_of(&["file", "tree"])),
        ("name", TEXT),
        ("as", TEXT),
        ("max_size", SIZE),
        ("owner", TEXT_OR_WHOLE),
        ("mode", TEXT),
        ("activate", Shape::Either(&[one_of(&["none", "restart"]), Shape::Object(&ACTIVATION)])),
        ("verify", Shape::Object(&VERIFICATION)),
    ],
)
.requiring(&["target"])
.closed();

static ACTIVATION: Object = Object::new(
    "activation",
    &[("signal", TEXT_OR_WHOLE), ("exec", Shape::Either(&[list(&TEXT), Shape::Object(&EXEC)]))],
)
.closed();

static EXEC: Object =
    Object::new("activation_exec", &[("command", list(&TEXT)), ("user", TEXT), ("working_dir", TEXT)])
        .requiring(&["command"])
        .closed();

static VERIFICATION: Object = Object::new(
    "verification",
    &[("log", TEXT), ("health", FLAG), ("http", Shape::Object(&HTTP_CHECK)), ("within", TEXT)],
)
.closed();

static HTTP_CHECK: Object = Object::new("http_check", &[("port", WHOLE), ("path", TEXT), ("status", WHOLE)])
    .requiring(&["port"])
    .closed();
