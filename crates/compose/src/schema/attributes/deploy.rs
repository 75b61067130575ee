//! `deploy` and device requests.

use super::{
    LAST_LIST_OR_MAP, LIST_OR_MAP, Object, REAL, SIZE, Shape, TEXT, TEXT_OR_NUMBER, WHOLE, WHOLE_TEXT, WORDS,
    list, one_of,
};

pub(super) static DEPLOY: Object = Object::new(
    "deploy",
    &[
        ("mode", TEXT),
        ("endpoint_mode", TEXT),
        ("replicas", WHOLE),
        ("labels", LAST_LIST_OR_MAP),
        ("rollback_config", Shape::Object(&UPDATE_CONFIG)),
        ("update_config", Shape::Object(&UPDATE_CONFIG)),
        ("resources", Shape::Object(&RESOURCES)),
        ("restart_policy", Shape::Object(&RESTART_POLICY)),
        ("placement", Shape::Object(&PLACEMENT)),
    ],
)
.or_null();

static UPDATE_CONFIG: Object = Object::new(
    "update_config",
    &[
        ("parallelism", WHOLE),
        ("delay", TEXT),
        ("failure_action", TEXT),
        ("monitor", TEXT),
        ("max_failure_ratio", REAL),
        ("order", one_of(&["start-first", "stop-first"])),
    ],
);

static RESOURCES: Object = Object::new(
    "resources",
    &[("limits", Shape::Object(&LIMITS)), ("reservations", Shape::Object(&RESERVATIONS))],
);

static LIMITS: Object = Object::new("limits", &[("cpus", SIZE), ("memory", TEXT), ("pids", WHOLE_TEXT)]);

static RESERVATIONS: Object = Object::new(
    "reservations",
    &[
        ("cpus", SIZE),
        ("memory", TEXT),
        ("generic_resources", list(&Shape::Object(&GENERIC_RESOURCE))),
        ("devices", list(&Shape::Object(&DEVICE_REQUEST))),
    ],
);

static GENERIC_RESOURCE: Object =
    Object::new("generic_resource", &[("discrete_resource_spec", Shape::Object(&DISCRETE_RESOURCE))]);

static DISCRETE_RESOURCE: Object =
    Object::new("discrete_resource", &[("kind", TEXT), ("value", TEXT_OR_NUMBER)]);

pub(super) static DEVICE_REQUEST: Object = Object::new(
    "device_request",
    &[
        ("capabilities", WORDS),
        ("count", WHOLE_TEXT),
        ("device_ids", WORDS),
        ("driver", TEXT),
        ("options", LIST_OR_MAP),
    ],
);

static RESTART_POLICY: Object = Object::new(
    "restart_policy",
    &[("condition", TEXT), ("delay", TEXT), ("max_attempts", WHOLE), ("window", TEXT)],
);

static PLACEMENT: Object = Object::new(
    "placement",
    &[
        ("constraints", list(&TEXT)),
        ("preferences", list(&Shape::Object(&PREFERENCE))),
        ("max_replicas_per_node", WHOLE),
    ],
);

static PREFERENCE: Object = Object::new("preference", &[("spread", TEXT)]);
